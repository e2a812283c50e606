"""One function of each signature type; each answers with what it was given."""

import base64
import json

import flask
import functions_framework
import functions_framework.aio
import starlette.exceptions


def plain(value):
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    return str(value)


def shown(value):
    return json.dumps(value, default=plain, sort_keys=True)


def answer(value):
    """Answer out of an event, whose own answer is always OK."""
    flask.abort(flask.Response(shown(value), 299, mimetype="application/json"))


def attributes_and_data(cloud_event):
    attributes = dict(cloud_event.get_attributes())
    return {"attributes": attributes, "data": cloud_event.get_data()}


@functions_framework.cloud_event
def takes_cloud_event(cloud_event):
    answer(attributes_and_data(cloud_event))


@functions_framework.aio.cloud_event
async def awaits_cloud_event(cloud_event):
    raise starlette.exceptions.HTTPException(
        299, detail=shown(attributes_and_data(cloud_event))
    )


# funclens: event
def takes_event(data, context):
    answer({"data": data, "context": vars(context)})


@functions_framework.http
def takes_request(request):
    headers = {name: value for name, value in request.headers if name != "Host"}
    headers.pop("Function-Execution-Id")
    body = request.get_data(as_text=True)
    return shown(
        {
            "method": request.method,
            "path": request.full_path,
            "headers": headers,
            "body": body,
        }
    )


class Anything:
    """Whatever JSON there is."""

    def __init__(self, value):
        self.value = value

    @classmethod
    def from_dict(cls, value):
        return cls(value)

    def to_dict(self):
        return self.value


@functions_framework.typed(Anything)
def takes_json(anything):
    return anything
