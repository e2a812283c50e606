from __future__ import annotations

from typing import TYPE_CHECKING

import flask
from google.cloud.functions.context import Context

if TYPE_CHECKING:
    from cloudevents.http.event import CloudEvent


def handle(r: flask.Request) -> flask.typing.ResponseReturnValue:  # @http
    return "ok"


def handle_event(payload: dict, ctx: Context) -> None:  # @event
    print(payload)


def handle_cloud_event(e: CloudEvent) -> None:  # @cloudevent
    print(e)


def helper(value: int) -> int:
    return value
