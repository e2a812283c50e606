"""A source that is not called main.py."""

import os

import flask
import functions_framework

from . import part


@functions_framework.http
def renamed_source(request):
    return {
        "name": __name__,
        "package": __package__,
        "part": part.__name__,
        "module": renamed_source.__module__,
        "target": os.environ["FUNCTION_TARGET"],
    }

@functions_framework.http
def templates(request):
    """Where templates are looked for: from the app's folder, where it is relative."""
    return [flask.current_app.template_folder, flask.current_app.root_path]
