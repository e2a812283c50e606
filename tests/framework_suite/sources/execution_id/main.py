"""HTTP functions that print, log or raise, each with the id of its execution."""

import logging
import sys
import time

LOG = logging.getLogger(__name__)


def function(request):
    return {"execution_id": request.headers["Function-Execution-Id"]}


def error(request):
    return str(1 / 0)


def print_message(request):
    print(request.get_json()["message"])
    return "OK"


def log_message(request):
    LOG.warning(request.get_json()["message"])
    return "OK"


def sleep(request):
    message = request.get_json()["message"]
    sys.stderr.write(message)
    time.sleep(1)
    sys.stderr.write(message)
    return "OK"
