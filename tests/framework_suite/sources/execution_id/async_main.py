"""Asynchronous functions that print, log or raise, each with its execution's id."""

import asyncio
import logging
import sys

from functions_framework import execution_id

LOG = logging.getLogger(__name__)


async def async_function(request):
    return {"execution_id": request.headers["Function-Execution-Id"]}


async def async_error(request):
    return str(1 / 0)


async def async_print_message(request):
    print((await request.json())["message"])
    return "OK"


async def async_log_message(request):
    LOG.warning((await request.json())["message"])
    return "OK"


async def async_trace_test(request):
    context = execution_id.execution_context_var.get()
    return {"execution_id": context.execution_id, "span_id": context.span_id}


async def async_sleep(request):
    message = (await request.json())["message"]
    sys.stderr.write(message)
    await asyncio.sleep(1)
    sys.stderr.write(message)
    return "OK"


def sync_cloudevent_with_context(cloud_event):
    context = execution_id.execution_context_var.get()
    if context is None:
        LOG.error("No execution context in sync CloudEvent function!")
    else:
        found = context.execution_id
        LOG.warning(f"Execution ID in sync CloudEvent: {found}")


async def async_cloudevent_error(cloud_event):
    raise ValueError("this event is not wanted")
