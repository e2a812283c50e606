"""Calls whose result is a response, or a text that becomes one."""

from __future__ import annotations

from funclens.dataclass import dataclass

__all__ = ["ERRORS", "FACTORIES", "HTML", "JSON", "TEXT_CALLS", "TEXT_METHODS"]

HTML = "text/html"
"""What Flask sends a text as."""
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Factory:
    """A class of responses."""

    media: str = HTML
    status: int = 200


FACTORIES = {
    "Response": Factory(),
    "JSONResponse": Factory(JSON),
    "UJSONResponse": Factory(JSON),
    "ORJSONResponse": Factory(JSON),
    "HTMLResponse": Factory(),
    "PlainTextResponse": Factory("text/plain"),
    "RedirectResponse": Factory("", 307),
    "StreamingResponse": Factory("application/octet-stream"),
}
"""Classes of Flask, Werkzeug and Starlette, by name."""

ERRORS = {
    "BadRequest": 400,
    "Unauthorized": 401,
    "Forbidden": 403,
    "NotFound": 404,
    "MethodNotAllowed": 405,
    "NotAcceptable": 406,
    "Conflict": 409,
    "Gone": 410,
    "PreconditionFailed": 412,
    "RequestEntityTooLarge": 413,
    "UnsupportedMediaType": 415,
    "UnprocessableEntity": 422,
    "TooManyRequests": 429,
    "InternalServerError": 500,
    "NotImplemented": 501,
    "BadGateway": 502,
    "ServiceUnavailable": 503,
    "GatewayTimeout": 504,
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "OUT_OF_RANGE": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "ABORTED": 409,
    "RESOURCE_EXHAUSTED": 429,
    "CANCELLED": 499,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
"""Status by exception of Werkzeug, or code of Firebase's HttpsError."""

TEXT_CALLS = {"str", "render_template", "render_template_string", "dumps", "escape"}
TEXT_METHODS = {
    *("format", "join", "strip", "replace", "upper", "lower", "decode", "encode"),
    *("isoformat", "strftime", "model_dump_json", "to_html", "to_csv", "to_json"),
}
