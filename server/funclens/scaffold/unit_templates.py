"""Texts of new units: `main.py`, `requirements.txt` and the first test.

`NAME` is the function, `TITLE` and `TYPE` those of its event.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Template", "template_of"]


class Template(NamedTuple):
    """Texts of the files of a unit."""

    main: str
    test: str
    requirements: str = "functions-framework==3.*\n"


_CLIENT = """\
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from functions_framework import create_app

MAIN = Path(__file__).with_name("main.py")


@pytest.fixture
def client() -> FlaskClient:
    return create_app("NAME", str(MAIN)).test_client()
"""

_EVENT_CLIENT = (
    _CLIENT
    + '''

def headers(content_type: str) -> dict[str, str]:
    """Return those of a CloudEvent."""
    return {
        "ce-specversion": "1.0",
        "ce-id": "1",
        "ce-source": "//test",
        "ce-type": "TYPE",
        "Content-Type": content_type,
    }
'''
)

_HTTP = Template(
    main='''\
import functions_framework
from flask import Request


@functions_framework.http
def NAME(request: Request) -> str:
    """Greet whoever the query names."""
    name = request.args.get("name", "World")
    return f"Hello {name}!"
''',
    test=_CLIENT
    + """

def test_it_greets_by_name(client: FlaskClient) -> None:
    assert client.get("/?name=Ada").text == "Hello Ada!"
""",
)

_TYPED = Template(
    main='''\
from funclens.dataclass import dataclass
from typing import Any

import functions_framework


@dataclass
class Person:
    name: str

    @staticmethod
    def from_dict(data: dict[str, Any]) -> "Person":
        return Person(name=data["name"])


@dataclass
class Greeting:
    text: str

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text}


@functions_framework.typed
def NAME(person: Person) -> Greeting:
    """Greet a person."""
    return Greeting(text=f"Hello {person.name}!")
''',
    test=_CLIENT
    + """

def test_it_greets_a_person(client: FlaskClient) -> None:
    response = client.post("/", json={"name": "Ada"})

    assert response.get_json(force=True) == {"text": "Hello Ada!"}
""",
)

_FIREBASE = Template(
    main='''\
from firebase_functions import https_fn


@https_fn.on_request()
def NAME(request: https_fn.Request) -> https_fn.Response:
    """Greet whoever the query names."""
    name = request.args.get("name", "World")
    return https_fn.Response(f"Hello {name}!")
''',
    test=_HTTP.test,
    requirements="firebase-functions\n",
)

_PUBSUB = Template(
    main='''\
import base64

import functions_framework
from cloudevents.http import CloudEvent


@functions_framework.cloud_event
def NAME(event: CloudEvent) -> None:
    """TITLE."""
    message = base64.b64decode(event.data["message"]["data"]).decode()
    print(f"Received: {message}")
''',
    test=_EVENT_CLIENT.replace("from pathlib", "import base64\nfrom pathlib")
    + """

def test_it_prints_the_message(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    data = base64.b64encode(b"hello").decode()
    response = client.post(
        "/", json={"message": {"data": data}}, headers=headers("application/json")
    )

    assert response.status_code == 200
    assert "Received: hello" in capsys.readouterr().out
""",
)

_STORAGE = Template(
    main='''\
import functions_framework
from cloudevents.http import CloudEvent


@functions_framework.cloud_event
def NAME(event: CloudEvent) -> None:
    """TITLE."""
    print(f"{event['type']}: gs://{event.data['bucket']}/{event.data['name']}")
''',
    test=_EVENT_CLIENT
    + """

def test_it_prints_the_object(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    response = client.post(
        "/",
        json={"bucket": "photos", "name": "cat.png"},
        headers=headers("application/json"),
    )

    assert response.status_code == 200
    assert "gs://photos/cat.png" in capsys.readouterr().out
""",
)

_FIRESTORE = Template(
    main='''\
import functions_framework
from cloudevents.http import CloudEvent
from google.events.cloud.firestore import DocumentEventData


@functions_framework.cloud_event
def NAME(event: CloudEvent) -> None:
    """TITLE."""
    data = DocumentEventData.deserialize(event.data)
    document = data.value or data.old_value
    print(f"{event['type']}: {document.name}")
''',
    test=_EVENT_CLIENT.replace(
        "from functions_framework import create_app\n",
        "from functions_framework import create_app\n"
        "from google.events.cloud.firestore import Document, DocumentEventData\n",
    )
    + """

def test_it_prints_the_document(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    data = DocumentEventData(value=Document(name="documents/users/ada"))
    response = client.post(
        "/",
        data=DocumentEventData.serialize(data),
        headers=headers("application/protobuf"),
    )

    assert response.status_code == 200
    assert "documents/users/ada" in capsys.readouterr().out
""",
    requirements="functions-framework==3.*\ngoogle-events\n",
)

_ANY_EVENT = Template(
    main='''\
import functions_framework
from cloudevents.http import CloudEvent


@functions_framework.cloud_event
def NAME(event: CloudEvent) -> None:
    """TITLE."""
    print(f"{event['type']}: {event.data}")
''',
    test=_EVENT_CLIENT
    + """

def test_it_prints_the_event(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    response = client.post(
        "/", json={"name": "ada"}, headers=headers("application/json")
    )

    assert response.status_code == 200
    assert "TYPE: {'name': 'ada'}" in capsys.readouterr().out
""",
)

_EVENTS = {"pubsub": _PUBSUB, "storage": _STORAGE, "firestore": _FIRESTORE}
"""By the first part of the event's name."""


def template_of(kind: str, event: str) -> Template:
    """Return the template of a kind; `event` counts for CloudEvents only."""
    if kind == "cloudevent":
        return _EVENTS.get(event.partition(".")[0], _ANY_EVENT)
    return {"http": _HTTP, "typed": _TYPED, "firebase": _FIREBASE}[kind]
