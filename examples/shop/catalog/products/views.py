"""The catalog's HTTP functions."""

import flask
import functions_framework
from flask.typing import ResponseReturnValue

from helper import PRODUCTS, matches


@functions_framework.http
def product(request: flask.Request) -> ResponseReturnValue:
    """One product by its number: /product/1002."""
    number = request.path.strip("/")
    found = PRODUCTS.get(number)
    if found is None:
        flask.abort(404, description=f"There is no such product: {number}")
    return {"number": number, **found}


@functions_framework.http
def search(request: flask.Request) -> ResponseReturnValue:
    """Products whose name holds the text: /search?q=lamp."""
    text = request.args.get("q", "")
    return [
        {"number": number, **found}
        for number, found in PRODUCTS.items()
        if matches(found["name"], text)
    ]
