import tenacity
from flask_cors import cross_origin


@cross_origin()
def open_to_all(request):  # @http
    return "ok"


@tenacity.retry
def stubborn(request):  # @http
    return "ok"
