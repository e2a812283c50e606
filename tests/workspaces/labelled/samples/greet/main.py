import sys


def greet(request):  # @http
    """HTTP Cloud Function.

    Args:
        request (flask.Request): the request.
    """
    return "Hello, World!"


def greet_by_body(request):  # @http
    body = request.get_json(silent=True)
    name = body["name"] if body and "name" in body else "World"
    return f"Hello, {name}!"


def greet_by_type(request):  # @http
    kind = request.headers["content-type"]
    if kind == "application/json":
        return request.json["name"]
    return request.form.get("name")


def fail(request):  # @http
    raise RuntimeError("I failed you")


def fail_quietly(request):  # @http
    from flask import abort

    sys.stderr.write("I failed you\n")
    return abort(500)


def on_message(data, context):  # @event
    """Background Cloud Function to be triggered by Pub/Sub."""
    import base64

    print(base64.b64decode(data["data"]))


def on_upload(data, context):  # @event
    print("File: {}.".format(data["objectId"]))


def on_anything(event, unused_context):  # @event
    print(event)
