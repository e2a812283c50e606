"""Events without typing JSON, from the editor."""

from __future__ import annotations

import base64
import json

import pytest

from lsp.client import ResponseError

SOURCE = """\
import base64

import functions_framework


@functions_framework.cloud_event
def on_message(event):
    text = base64.b64decode(event.data["message"]["data"]).decode()
    print("got", text, event["type"])


@functions_framework.http
def hello(request):
    return request.get_data()


@functions_framework.http
def order(request):
    data = request.get_json()
    return f"{data['sku']} {int(data['count'])} {request.args.get('dry_run')}"
"""


@pytest.fixture
def client(vscode, write):
    write({"main.py": SOURCE})
    return vscode()


def output(client):
    told = client.told("funclens/output")
    return "".join(entry["text"] for params in told for entry in params["entries"])


def test_an_event_function_gets_its_default_event(client):
    answer = client.execute(
        "funclens.call", {"id": "main.on_message", "event": "auto", "data": '"Ada"'}
    )

    assert (answer["status"], answer["body"]) == (200, "OK")
    client.wait_until(lambda: "got" in output(client))
    assert "google.cloud.pubsub.topic.v1.messagePublished" in output(client)


def test_samples_are_returned_for_a_form(client):
    answer = client.request("funclens/samples", {"id": "main.on_message"})

    names = [item["name"] for item in answer["types"]]
    assert {"pubsub", "storage.finalized", "scheduler"} <= set(names)
    assert answer["default"] == "pubsub"
    request = answer["request"]
    assert (request["method"], request["path"]) == ("POST", "/")
    assert "ce-type" in {name.lower() for name in request["headers"]}
    assert '"message"' in request["body"]


def test_another_event_and_mode_can_be_chosen(client):
    wish = {"id": "main.on_message", "event": "storage", "mode": "structured"}

    request = client.request("funclens/samples", wish)["request"]

    assert request["headers"]["Content-Type"].startswith("application/cloudevents+json")
    assert "google.cloud.storage.object.v1.finalized" in request["body"]


def test_a_function_without_events_has_no_sample(client):
    answer = client.request("funclens/samples", {"id": "main.hello"})

    assert (answer["default"], answer["request"]) == (None, None)
    assert answer["first"]["method"] == "POST"
    assert answer["first"]["body"] == "Hello"


def test_an_http_function_gets_a_first_request_with_the_keys_it_reads(client):
    first = client.request("funclens/samples", {"id": "main.order"})["first"]

    assert (first["method"], first["path"]) == ("POST", "?dry_run=true")
    assert first["headers"] == {"Content-Type": "application/json"}
    assert json.loads(first["body"]) == {"sku": "example", "count": 1}


def test_events_that_fit_come_first_with_the_forms_they_have(client):
    types = client.request("funclens/samples", {"id": "main.on_message"})["types"]

    assert [item["name"] for item in types if item["fits"]] == ["pubsub"]
    assert types[0]["name"] == "pubsub"
    assert types[0]["modes"][0] == "binary"
    modes = {item["name"]: item["modes"] for item in types}
    assert "protobuf" in modes["firestore.written"]
    assert modes["scheduler"] == []


def test_the_data_of_an_event_is_text_and_its_encoding_is_not(client):
    wish = {"id": "main.on_message", "event": "firestore", "mode": "protobuf"}

    answer = client.request("funclens/samples", {**wish, "data": '{"name": "Zoë"}'})

    request = answer["request"]
    assert json.loads(request["data"]) == {"name": "Zoë"}
    assert "Zoë".encode() in base64.b64decode(request["base64"])
    assert request["headers"]["Content-Type"] == "application/protobuf"


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"event": "pubsb"}, "pubsub"),
        ({"event": "auto", "mode": "pigeon"}, "binary"),
        ({"id": "main.nobody", "event": "auto"}, "No function named"),
    ],
)
def test_invalid_events_and_modes_get_a_hint(client, wish, message):
    with pytest.raises(ResponseError, match=message):
        client.execute("funclens.call", {"id": "main.on_message", **wish})


def test_an_event_can_be_sent_from_the_lens(client):
    main = client.folders[0] / "main.py"
    client.execute("funclens.run", {"id": "main.on_message"})
    lens = next(
        item["command"]
        for item in client.lenses(main)
        if item["command"]["title"] == "Send event"
    )

    answer = client.execute(lens["command"], *lens["arguments"])

    assert answer["status"] == 200
    assert any(title.startswith("200 · ") for title in client.titles(main))
