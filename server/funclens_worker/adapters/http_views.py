"""HTTP functions as functions-framework serves them, for Flask without it.

The rules, view and crash response repeat those of functions-framework 3.10: every
method, 404 for `/robots.txt` and `/favicon.ico`, and the body is read before a response
that isn't streamed.
"""

from __future__ import annotations

import functools
from typing import Any, Callable, Dict, Tuple

import flask


def configure(
    app: flask.Flask, function: Callable[..., Any], rule: Callable[..., Any]
) -> None:
    """Mount an HTTP function at the root of the app."""

    @functools.wraps(function)
    def view(path: str) -> Any:  # noqa: ARG001
        return function(flask.request._get_current_object())  # type: ignore[attr-defined] # noqa: SLF001

    app.url_map.add(rule("/", defaults={"path": ""}, endpoint="run"))
    app.url_map.add(rule("/robots.txt", endpoint="error"))
    app.url_map.add(rule("/favicon.ico", endpoint="error"))
    app.url_map.add(rule("/<path:path>", endpoint="run"))
    app.view_functions["run"] = view
    app.view_functions["error"] = _not_found
    app.after_request(_read_request)


def crash_handler(error: Exception) -> Tuple[str, int, Dict[str, str]]:
    """Return 500 with the header by which production marks a crash."""
    return str(error), 500, {"X-Google-Status": "crash"}


def _not_found() -> Any:
    flask.abort(404, description="Not Found")


def _read_request(response: flask.Response) -> flask.Response:
    if not response.is_streamed:
        flask.request.get_data()
    return response
