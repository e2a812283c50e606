"""CloudEvent functions; they answer with an error's response, as theirs is lost."""

import datetime
import os

import flask
import functions_framework


def moment(value):
    """Hide a time that was filled in just now."""
    try:
        time = datetime.datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return value
    if time.tzinfo is None:
        time = time.replace(tzinfo=datetime.timezone.utc)
    age = datetime.datetime.now(datetime.timezone.utc) - time
    return "now" if abs(age.total_seconds()) < 600 else value


def shown(event):
    data = event.data
    if isinstance(data, bytes):
        data = {"bytes": data.decode("latin-1")}
    if isinstance(data, dict) and isinstance(data.get("message"), dict):
        message = data["message"]
        data = {**data, "message": {k: moment(v) for k, v in message.items()}}
    attributes = {name: moment(event[name]) for name in sorted(event.get_attributes())}
    return {"type": type(event).__name__, "attributes": attributes, "data": data}


@functions_framework.cloud_event
def see(event):
    """Answers with the event, through the one way out: an exception."""
    flask.abort(flask.jsonify(event=shown(event), path=flask.request.path))


@functions_framework.cloud_event
def accept(event):
    return "this value is lost"


@functions_framework.cloud_event
def fail(event):
    raise ValueError("secret")


@functions_framework.cloud_event
def refuse(event):
    flask.abort(429)


@functions_framework.cloud_event
async def never(event):
    return "never awaited"


def undecorated(cloud_event):
    flask.abort(flask.jsonify(shown(cloud_event)))


@functions_framework.cloud_event
def variables(event):
    names = ("FUNCTION_TARGET", "FUNCTION_SIGNATURE_TYPE")
    flask.abort(flask.jsonify({name: os.environ.get(name) for name in names}))
