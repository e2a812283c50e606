"""Payments of the shop."""

import uuid

import flask
import functions_framework
from flask.typing import ResponseReturnValue

import helper


@functions_framework.http
def charge(request: flask.Request) -> ResponseReturnValue:
    """Charge an amount: POST {"amount": "12.50"} or ?amount=12.50."""
    amount = (request.get_json(silent=True) or request.args).get("amount", "")
    try:
        cents = helper.parse_amount(amount)
    except ValueError as error:
        return {"error": str(error)}, 400
    receipt = {"id": uuid.uuid4().hex, "charged": helper.format_amount(cents)}
    return receipt, 201


@functions_framework.http
def invoice(request: flask.Request) -> ResponseReturnValue:
    """Show an invoice as a page: /invoice/2024-0042?cents=1250."""
    number = request.path.strip("/") or "draft"
    cents = request.args.get("cents", 0, type=int)
    return flask.render_template(
        "invoice.html", number=number, total=helper.format_amount(cents)
    )


@functions_framework.http
def health(request: flask.Request) -> ResponseReturnValue:
    """Say that billing is up."""
    return {"service": "billing", "ok": True}
