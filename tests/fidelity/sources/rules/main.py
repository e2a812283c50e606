"""A module that adds to the app which it is loaded in: rules, hooks, middleware."""

import flask
import functions_framework
from werkzeug.routing import BaseConverter

APP = flask.current_app._get_current_object()


class Pair(BaseConverter):
    regex = r"\d+-\d+"

    def to_python(self, value):
        return value.split("-")

    def to_url(self, value):
        return "-".join(value)


class Stamped:
    """Middleware: marks each response, and answers one path itself."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/stamped":
            start_response("202 Accepted", [("Content-Length", "0")])
            return []

        def stamp(status, headers, exc_info=None):
            return start_response(status, [*headers, ("X-Stamp", "yes")], exc_info)

        return self.app(environ, stamp)


APP.wsgi_app = Stamped(APP.wsgi_app)
APP.url_map.converters["pair"] = Pair
APP.config["GREETING"] = "hello"
APP.secret_key = "not a secret"
APP.json.sort_keys = False
APP.logger.setLevel("ERROR")


@APP.before_request
def before():
    flask.g.steps = ["before", flask.request.endpoint, flask.request.blueprint]
    if flask.request.path == "/early":
        return "answered before"
    return None


@APP.after_request
def after(response):
    response.headers["X-Steps"] = str(flask.g.get("steps"))
    response.headers["X-Rule"] = str(flask.request.url_rule)
    return response


@APP.errorhandler(404)
def not_found(error):
    return f"nothing at {flask.request.path}", 404


@APP.errorhandler(KeyError)
def no_key(error):
    return f"no key {error}", 409


@APP.context_processor
def names():
    return {"shop": "lamps"}


@APP.template_filter()
def loud(text):
    return text.upper() + "!"


@APP.route("/health")
def health():
    return "healthy"


@APP.route("/health/<path:rest>", methods=["GET", "PUT"])
def deeper(rest):
    return f"deeper {rest}"


@APP.route("/pairs/<pair:pair>")
def pairs(pair):
    return {"pair": pair, "url": flask.url_for("pairs", pair=["3", "4"])}


@APP.route("/slashed/")
def slashed():
    return "slashed"


@APP.route("/run-too")
def run():
    return "the view whose name is that of the function's endpoint"


@APP.get("/boom")
def boom():
    raise ValueError("from a rule")


shop = flask.Blueprint("shop", __name__, url_prefix="/shop")


@shop.before_request
def in_shop():
    flask.g.steps.append("in shop")


@shop.route("/items/<int:number>")
def item(number):
    return {
        "number": number,
        "next": flask.url_for(".item", number=number + 1),
        "function": flask.url_for("run", path="x"),
        "endpoint": flask.request.endpoint,
    }


@shop.errorhandler(ZeroDivisionError)
def divided(error):
    return "divided in the shop", 418


@shop.route("/divide")
def divide():
    return str(1 / 0)


APP.register_blueprint(shop)


def _answer(request):
    if request.path == "/key":
        raise KeyError("k")
    if request.path == "/missing":
        flask.abort(404)
    return {
        "path": request.path,
        "steps": flask.g.steps,
        "urls": [
            flask.url_for("health"),
            flask.url_for("health", _external=True),
            flask.url_for("shop.item", number=1),
            flask.url_for("static", filename="a.css"),
            flask.url_for("deeper", rest="a/b"),
            flask.url_for("pairs", pair=["1", "2"]),
        ],
        "endpoint": request.endpoint,
        "app": flask.current_app.name,
        "logger": [flask.current_app.logger.name, flask.current_app.logger.level],
        "greeting": flask.current_app.config["GREETING"],
        "text": flask.render_template_string("{{ shop | loud }}"),
        "rules": [
            f"{rule} {rule.endpoint} {sorted(rule.methods or ())}"
            for rule in flask.current_app.url_map.iter_rules()
        ],
    }


@functions_framework.http
def first(request):
    return _answer(request)


@functions_framework.http
def second(request):
    return _answer(request)


@functions_framework.cloud_event
def third(event):
    print(event["id"])


@functions_framework.http
def is_the_same(request):
    return str(flask.current_app._get_current_object() is APP)
