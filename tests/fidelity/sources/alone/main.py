"""A unit of one function."""

import os

import flask
import functions_framework

APP = flask.current_app._get_current_object()
AT_IMPORT = {
    "software": os.environ.get("SERVER_SOFTWARE"),
    "rules": [str(rule) for rule in APP.url_map.iter_rules()],
}


@functions_framework.http
def alone(request):
    return {
        "the same app": flask.current_app._get_current_object() is APP,
        "app": f"{type(APP).__module__}.{type(APP).__qualname__}",
        "at import": AT_IMPORT,
        "software": os.environ.get("SERVER_SOFTWARE"),
        "environ": sorted(request.environ),
    }
