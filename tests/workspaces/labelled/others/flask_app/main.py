from flask import Flask, jsonify, request

app = Flask(__name__)


@app.route("/")
def index():
    return jsonify(parse(request))


def parse(req):
    return req.args.to_dict()


@app.errorhandler(404)
def not_found(request):
    return "", 404


def before(request):
    print(request)


app.before_request(before)
