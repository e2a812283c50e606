"""What other services call."""

import hashlib
import hmac
import os

import flask
import functions_framework
from flask.typing import ResponseReturnValue

SECRET = os.environ.get("WEBHOOK_SECRET", "for local use only")


@functions_framework.http
def payment_webhook(request: flask.Request) -> ResponseReturnValue:
    """Accept a payment's news when its signature is right."""
    expected = hmac.new(SECRET.encode(), request.get_data(), hashlib.sha256)
    given = request.headers.get("X-Signature", "")
    if not hmac.compare_digest(expected.hexdigest(), given):
        return {"error": "The signature in X-Signature does not match."}, 401
    return "", 204


def parcel_webhook(request: flask.Request) -> ResponseReturnValue:
    """Accept a parcel's news: a Cloud Function without a decorator."""
    parcel = request.get_json()
    return {"parcel": parcel["id"], "state": parcel.get("state", "unknown")}


@functions_framework.http
def health(request: flask.Request) -> ResponseReturnValue:
    """Say that the webhooks are up."""
    return {"service": "webhooks", "ok": True}
