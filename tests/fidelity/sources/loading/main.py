"""What a module sees of the way it was loaded."""

import os
import pickle
import sys

import flask
import functions_framework

import helper
from package import exported as renamed
from package import starred
from package.more import *  # noqa: F403

from . import sibling

AT_IMPORT = {
    "name": __name__,
    "package": __package__,
    "spec": __spec__.name,
    "file": os.path.basename(__file__),
    "file is absolute": os.path.isabs(__file__),
    "path": [os.path.basename(entry) for entry in __path__]
    if "__path__" in globals()
    else None,
    "app": flask.current_app.name if flask.has_app_context() else None,
    "has request": flask.has_request_context(),
    "is in sys.modules": sys.modules.get(__name__) is not None
    and sys.modules[__name__].__dict__ is globals(),
    "last on sys.path": os.path.basename(sys.path[-1]),
    "times on sys.path": sys.path.count(os.path.dirname(os.path.abspath(__file__))),
    "cwd": os.path.basename(os.getcwd()),
    "main": sys.modules["__main__"].__name__,
}

if __name__ == "__main__":
    raise RuntimeError("A function's module is not run as a script.")


class Order:
    def __init__(self, number):
        self.number = number


@functions_framework.http
def at_import(request):
    return AT_IMPORT


@functions_framework.http
def at_request(request):
    import email

    return {
        "cwd": os.path.basename(os.getcwd()),
        "pickled": pickle.loads(pickle.dumps(Order(7))).number,
        "module of class": Order.__module__,
        "module of function": at_request.__module__,
        "helper": helper.NAME,
        "sibling": sibling.NAME,
        "sibling is": sibling.__name__,
        "the same helper": sibling.helper is helper,
        "email is of the standard library": hasattr(email, "message_from_string"),
        "template": flask.render_template("page.html", name="Ada"),
    }


@functions_framework.http
def arguments(request):
    return sys.argv


@functions_framework.http
def modules(request):
    """Modules of the server that loaded this one, if they have names of their own."""
    return sorted(name for name in sys.modules if name.startswith("funclens"))


def plain(request):
    return f"plain {request.path}"


unnamed = lambda request: f"lambda {request.path}"  # noqa: E731

@functions_framework.http
def templates(request):
    """Where templates are looked for: from the app's folder, where it is relative."""
    return [flask.current_app.template_folder, flask.current_app.root_path]
