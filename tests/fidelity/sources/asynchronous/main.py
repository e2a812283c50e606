"""Functions of functions_framework.aio: coroutines and functions in threads."""

import asyncio
import os
import re
import threading

import functions_framework.aio
from starlette.exceptions import HTTPException
from starlette.responses import (
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    StreamingResponse,
)

GENERATED = re.compile(r"[0-9A-Za-z]{12}")


def seen(request, body):
    return {
        "type": type(request).__module__ + "." + type(request).__qualname__,
        "method": request.method,
        "url": str(request.url),
        "base_url": str(request.base_url),
        "path": request.url.path,
        "raw_path": request.scope["raw_path"].decode("latin-1"),
        "root_path": request.scope.get("root_path"),
        "query": str(request.query_params),
        "query_string": request.scope["query_string"].decode("latin-1"),
        "path_params": request.path_params,
        "http_version": request.scope["http_version"],
        "scheme": request.scope["scheme"],
        "client": request.client and request.client.host,
        "headers": sorted(
            [name, "generated" if GENERATED.fullmatch(value) else value]
            if name == "function-execution-id"
            else [name, value]
            for name, value in request.headers.items()
        ),
        "cookies": request.cookies,
        "body": body.decode("latin-1"),
    }


@functions_framework.aio.http
async def echo(request):
    return seen(request, await request.body())


@functions_framework.aio.http
async def unread(request):
    return "not read"


@functions_framework.aio.http
async def as_json(request):
    return {"json": await request.json()}


@functions_framework.aio.http
def in_thread(request):
    return {
        "method": request.method,
        "path": request.url.path,
        "is main thread": threading.current_thread() is threading.main_thread(),
    }


async def counting():
    yield "one\n"
    await asyncio.sleep(0)
    yield "two\n"


async def breaking():
    yield "one\n"
    raise RuntimeError("in the middle")


ANSWERS = {
    "str": lambda: "text",
    "str-unicode": lambda: "Grüße ✓",
    "bytes": lambda: b"bytes",
    "dict": lambda: {"b": 1, "a": [True, None]},
    "list": lambda: [1],
    "int": lambda: 7,
    "none": lambda: None,
    "body-status": lambda: ("made", 201),
    "dict-status": lambda: ({"ok": False}, 422),
    "bytes-status": lambda: (b"made", 201),
    "none-status": lambda: (None, 204),
    "list-status": lambda: ([1], 200),
    "body-status-headers": lambda: ("made", 201, {"X-A": "1"}),
    "body-headers": lambda: ("made", {"X-A": "1"}),
    "response": lambda: PlainTextResponse("r", 202, {"X-A": "1"}),
    "json-response": lambda: JSONResponse({"a": 1}),
    "redirect": lambda: RedirectResponse("/elsewhere"),
    "stream": lambda: StreamingResponse(counting(), media_type="text/plain"),
    "stream-breaks": lambda: StreamingResponse(breaking()),
    "no-content": lambda: ("", 204),
    "abort": lambda: raising(HTTPException(418, "teapot")),
    "abort-headers": lambda: raising(HTTPException(401, headers={"X-A": "1"})),
    "raise": lambda: raising(ValueError("secret")),
    "raise-key-error": lambda: raising(KeyError("secret")),
    "unserializable": lambda: {"set": {1}},
}


def raising(error):
    raise error


@functions_framework.aio.http
async def answer(request):
    return ANSWERS[request.url.path.strip("/")]()


@functions_framework.aio.http
def answer_in_thread(request):
    return ANSWERS[request.url.path.strip("/")]()


@functions_framework.aio.cloud_event
async def see(event):
    data = event.data
    if isinstance(data, bytes):
        data = {"bytes": data.decode("latin-1")}
    attributes = {
        name: "now" if name == "time" and not str(value).startswith("2020") else value
        for name, value in sorted(event.get_attributes().items())
    }
    raise HTTPException(418, f"{attributes} {data}")


@functions_framework.aio.cloud_event
async def accept(event):
    return "this value is lost"


@functions_framework.aio.cloud_event
def accept_in_thread(event):
    return "this value is lost"


@functions_framework.aio.cloud_event
async def fail(event):
    raise ValueError("secret")


@functions_framework.aio.http
async def software(request):
    return str(os.environ.get("SERVER_SOFTWARE"))
