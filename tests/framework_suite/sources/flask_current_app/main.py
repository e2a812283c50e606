"""A source that asks for the Flask app while it loads."""

import flask

NAME_AT_LOAD = flask.current_app.name


def function(request):
    assert flask.current_app.name == NAME_AT_LOAD == "function"
    return "OK"
