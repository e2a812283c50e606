"""Error handling for handlers: one line in the log, one message for the user."""

from __future__ import annotations

import functools
import inspect
import logging
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from funclens.errors import FunclensError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ReportedError", "guarded", "hide_reported"]

log = logging.getLogger(__name__)

Handler = TypeVar("Handler", bound="Callable[..., Any]")


class ReportedError(JsonRpcException):  # type: ignore[misc,unused-ignore]
    """An error with a message for the user that has already been logged."""

    CODE = types.LSPErrorCodes.RequestFailed.value


def guarded(handler: Handler) -> Handler:
    """Wrap a handler so that its errors become messages."""
    if inspect.iscoroutinefunction(handler):

        @functools.wraps(handler)
        async def handle(*arguments: Any) -> Any:
            try:
                return await handler(*arguments)
            except Exception as error:  # noqa: BLE001 - the edge of the server
                raise _reported(error, handler) from None

        return handle  # type: ignore[return-value]

    @functools.wraps(handler)
    def handle_now(*arguments: Any) -> Any:
        try:
            return handler(*arguments)
        except Exception as error:  # noqa: BLE001 - the edge of the server
            raise _reported(error, handler) from None

    return handle_now  # type: ignore[return-value]


def hide_reported(record: logging.LogRecord) -> bool:
    """Filter out log records of errors that were already reported."""
    return not (record.exc_info and isinstance(record.exc_info[1], ReportedError))


def _reported(error: Exception, handler: Callable[..., Any]) -> JsonRpcException:
    if isinstance(error, JsonRpcException):
        return error
    if isinstance(error, FunclensError):
        log.info("%s", error)
        return ReportedError(error.sentence)
    log.error("%s failed", handler.__name__, exc_info=error)
    return ReportedError(
        f"{_title(handler)} failed: {type(error).__name__}: {error}. "
        "See the log of the Funclens language server."
    )


def _title(handler: Callable[..., Any]) -> str:
    """Return a handler's action as a title: `Hover`, `Code lens`."""
    name = handler.__name__.removeprefix("show_").replace("_", " ")
    return name.capitalize()
