"""Functions that end more than their request; each counts its requests."""

import asyncio
import os
import sys

import flask
import functions_framework
import functions_framework.aio
from starlette.responses import StreamingResponse

COUNT = 0


def end(how):
    if how == "exit":
        sys.exit()
    if how == "exit-with-text":
        sys.exit("bye")
    if how == "exit-3":
        sys.exit(3)
    if how == "interrupt":
        raise KeyboardInterrupt
    if how == "generator-exit":
        raise GeneratorExit
    if how == "base":
        raise BaseException("bare")
    if how == "cancelled":
        raise asyncio.CancelledError
    if how == "os-exit":
        os._exit(0)


def count():
    global COUNT
    COUNT += 1
    return str(COUNT)


@functions_framework.http
def quit_in_flask(request):
    path = request.path[1:]
    if path.startswith("stream/"):

        def parts():
            yield "first"
            end(path.removeprefix("stream/"))

        return flask.Response(parts())
    end(path)
    return count()


@functions_framework.aio.http
async def quit_in_starlette(request):
    path = request.url.path[1:]
    if path.startswith("stream/"):

        async def parts():
            yield "first"
            end(path.removeprefix("stream/"))

        return StreamingResponse(parts())
    if path.startswith("task/"):

        async def ending():
            end(path.removeprefix("task/"))

        await asyncio.create_task(ending())
    end(path)
    return count()


@functions_framework.aio.http
def quit_in_a_thread(request):
    end(request.url.path[1:])
    return count()
