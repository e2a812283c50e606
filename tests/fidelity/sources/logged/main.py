"""A unit with a function of each server, and loggers that are there before both."""

import logging

import functions_framework
import functions_framework.aio

LOG = logging.getLogger("shop")


@functions_framework.http
def in_flask(request):
    LOG.warning("from the module's logger")
    logging.getLogger("late").warning("from a late logger")
    print("printed")
    return "logged"


@functions_framework.aio.http
async def in_starlette(request):
    LOG.warning("from the module's logger")
    logging.getLogger("late").warning("from a late logger")
    print("printed")
    return "logged"


async def undecorated(request):
    LOG.warning("from the module's logger")
    logging.getLogger("late").warning("from a late logger")
    print("printed")
    return "logged"
