"""One function, the smallest workspace."""

import flask
import functions_framework


@functions_framework.http
def hello(request: flask.Request) -> str:
    """Greet whoever is named: /hello?name=Ada."""
    name = request.args.get("name", "World")
    return f"Hello {name}!\n"
