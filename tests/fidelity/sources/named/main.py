"""A function that is named like a package: Flask takes that for the app's place."""

import os

import flask
import functions_framework


@functions_framework.http
def json(request):
    return {
        "root": flask.current_app.root_path,
        "templates": os.path.relpath(flask.current_app.template_folder),
        "instance": flask.current_app.instance_path,
    }


@functions_framework.http
def email(request):
    return {
        "root": flask.current_app.root_path,
        "templates": os.path.relpath(flask.current_app.template_folder),
        "instance": flask.current_app.instance_path,
    }
