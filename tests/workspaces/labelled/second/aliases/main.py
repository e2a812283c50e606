from functions_framework import cloud_event as listener
from functions_framework import http as endpoint
import functions_framework.aio as aio


@endpoint
def status(anything):  # @http
    return "ok"


@listener
def audit(anything):  # @cloudevent
    print(anything)


@aio.http
async def stream(req):  # @http
    return "ok"


@aio.cloud_event
async def follow(event):  # @cloudevent
    print(event)
