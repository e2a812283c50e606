"""An HTTP function that fills in a template of its folder."""

import flask


def function(request):
    return flask.render_template("greeting.html", who=request.get_json()["message"])
