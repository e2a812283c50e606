"""A unit of asynchronous functions alone, with a logger of its own."""

import logging

import functions_framework.aio

LOG = logging.getLogger("shop")


@functions_framework.aio.http
async def alone(request):
    LOG.warning("from the module's logger")
    logging.getLogger("late").warning("from a late logger")
    print("printed")
    return "logged"
