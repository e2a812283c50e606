"""What the server around a function does: threads, environment, logs."""

import logging
import os
import sys
import threading
import time

import flask
import functions_framework

MEETING = threading.Barrier(4)
COUNT = 0


@functions_framework.http
def environment(request):
    """The variables that the framework or the platform sets."""
    return {
        name: os.environ.get(name)
        for name in (
            "FUNCTION_SIGNATURE_TYPE",
            "FUNCTION_SOURCE",
            "FUNCTION_NAME",
            "FUNCTION_TRIGGER_TYPE",
            "ENTRY_POINT",
            "K_SERVICE",
            "K_REVISION",
            "K_CONFIGURATION",
            "GUNICORN_CMD_ARGS",
            "WERKZEUG_RUN_MAIN",
            "WERKZEUG_SERVER_FD",
            "FLASK_APP",
            "PYTHONPATH",
        )
    }


@functions_framework.http
def target(request):
    return str(os.environ.get("FUNCTION_TARGET"))


@functions_framework.http
def meet(request):
    """Answers when four requests are inside at once."""
    MEETING.wait(20)
    return "met"


@functions_framework.http
def count(request):
    """Module state lives as long as the process."""
    global COUNT
    COUNT += 1
    return str(COUNT)


@functions_framework.http
def parts(request):
    """The second part is made when the file that the caller names exists."""
    path = request.args["path"]

    def generate():
        yield "first\n"
        while not os.path.exists(path):
            time.sleep(0.01)
        yield "second\n"

    return flask.Response(generate(), mimetype="text/event-stream")


@functions_framework.http
def slow(request):
    """Python code that runs for three seconds, unless somebody ends it."""
    end = time.monotonic() + 3
    while time.monotonic() < end:
        time.sleep(0.01)
    return "finished"


@functions_framework.http
def bytes_in_log(request):
    """Prints bytes that are not text."""
    sys.stdout.buffer.write(b"\xff\xfe and\x00 more\n")
    sys.stdout.flush()
    return "written"


@functions_framework.http
def print_surrogate(request):
    """Prints what no encoding has; stderr takes it."""
    print("\ud800", file=sys.stderr)
    print("\ud800")
    return "printed"


@functions_framework.http
def path(request):
    return os.environ["PATH"]


@functions_framework.http
def software(request):
    return [os.environ.get("SERVER_SOFTWARE"), request.environ["SERVER_SOFTWARE"]]


@functions_framework.http
def log(request):
    """Writes to everything that ends up in the log."""
    print("printed")
    print("printed to stderr", file=sys.stderr)
    logging.debug("logging debug")
    logging.info("logging info")
    logging.warning("logging warning")
    logging.error("logging error")
    logging.getLogger("shop").warning("named warning")
    flask.current_app.logger.warning("app warning")
    print('{"severity": "NOTICE", "message": "structured"}')
    return "logged"


@functions_framework.http
def execution(request):
    """The ids that the framework keeps for a request."""
    from functions_framework import execution_id

    context = execution_id._get_current_context()
    return {
        "header": request.headers.get("Function-Execution-Id", "")[:4],
        "length": len(request.headers.get("Function-Execution-Id", "")),
        "context": context and [context.execution_id[:4], context.span_id],
    }
