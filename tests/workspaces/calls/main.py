"""Functions that answer in every way that a terminal shows."""

import os
import threading

import functions_framework


@functions_framework.http
def echo(request):
    return {
        "method": request.method,
        "path": request.full_path,
        "headers": [pair for pair in request.headers if pair[0] != "Host"],
        "body": request.get_data(as_text=True),
    }


@functions_framework.http
def text(request):
    return "größe"


@functions_framework.http
def image(request):
    return bytes(range(256)), 200, {"Content-Type": "image/png"}


@functions_framework.http
def refuses(request):
    return {"error": "No."}, 422


@functions_framework.http
def crashes(request):
    print("about to fail")
    return str(1 / 0)  # @crash


@functions_framework.http
def ends(request):
    os._exit(3)


@functions_framework.http
def parts(request):
    """Send the second part when the file that is named exists."""

    def made():
        yield "first\n"
        with open(request.args["until"]) as pipe:  # opens when the other side does
            pipe.read()
            yield "second\n"

    return made()


@functions_framework.http
def waits(request):
    print(f"pid {os.getpid()} {os.getppid()}")
    threading.Event().wait()


@functions_framework.cloud_event
def on_message(cloud_event):
    print("got", cloud_event["type"], cloud_event.data["message"]["data"])


@functions_framework.http
def charge(request):
    return "main"
