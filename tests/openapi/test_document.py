"""Which paths, methods, parameters and bodies the OpenAPI document has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from cli.command import funclens
from funclens.requests.openapi import openapi_document
from funclens.requests.source_hints import source_code, source_hints
from source_tree import functions_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
import base64
import json
from dataclasses import dataclass

import functions_framework
from firebase_functions import https_fn, scheduler_fn

"""


def document_of(folder: Path, source: str) -> dict[str, Any]:
    """Return the document of a main.py; it is valid."""
    write_tree(folder, {"main.py": HEAD + source})
    found = openapi_document(functions_of(folder).values(), source_hints, source_code)
    OpenAPIV31SpecValidator(found).validate()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    return found


def operations(folder: Path, body: str) -> dict[str, Any]:
    """Return the operations of a function with a body."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    source = f"@functions_framework.http\ndef f(request):\n{lines}\n    return ''\n"
    found: dict[str, Any] = document_of(folder, source)["paths"]["/f"]
    return found


@pytest.mark.parametrize(
    ("body", "methods"),
    [
        ("pass", {"get"}),
        ("request.get_json()", {"post"}),
        ("if request.method == 'PUT': return request.get_json()", {"put"}),
        ("if request.method != 'POST': return 'no', 405", {"post"}),
        (
            "if request.method == 'OPTIONS': return ''\nrequest.get_json()",
            {"options", "post"},
        ),
        ("if request.method == 'GET': return ''\nrequest.get_json()", {"get", "post"}),
        ("if request.method in ('GET', 'DELETE'): return ''", {"get", "delete"}),
    ],
)
def test_methods_are_those_that_code_asks_for(
    tmp_path: Path, body: str, methods: set[str]
) -> None:
    assert operations(tmp_path, body).keys() == methods


def test_parameters_are_what_is_read_of_query_and_headers(tmp_path: Path) -> None:
    [operation] = operations(
        tmp_path,
        "int(request.args.get('page', 1))\n"
        "request.args.getlist('tag')\n"
        "request.headers['X-Api-Key']\n"
        "request.headers.get('User-Agent')\n"
        "request.headers.get('Authorization')",
    ).values()

    schemas = {
        (it["in"], it["name"]): it["schema"].get("type")
        for it in operation["parameters"]
    }
    assert schemas[("query", "page")] == "integer"
    assert schemas[("query", "tag")] == "array"
    assert ("header", "X-Api-Key") in schemas
    assert len(schemas) == 3
    assert operation["security"] == [{"bearer": []}, {}]


def test_bodies_have_the_fields_that_are_read(tmp_path: Path) -> None:
    [operation] = operations(
        tmp_path,
        "data = request.get_json()\n"
        "for item in data['items']:\n"
        "    int(item['quantity'])\n"
        "base64.b64decode(data['image'])\n"
        "if data.get('kind', 'new') == 'old': return ''",
    ).values()

    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert schema["properties"]["items"] == {
        "type": "array",
        "items": {"type": "object", "properties": {"quantity": {"type": "integer"}}},
    }
    assert schema["properties"]["image"]["contentEncoding"] == "base64"
    assert schema["properties"]["kind"]["default"] == "new"
    assert "required" not in schema


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("request.form['name']", "application/x-www-form-urlencoded"),
        ("request.files['photo']", "multipart/form-data"),
        ("request.get_data().decode()", "text/plain"),
    ],
)
def test_other_bodies_have_their_content_type(
    tmp_path: Path, body: str, kind: str
) -> None:
    [operation] = operations(tmp_path, body).values()

    assert operation["requestBody"]["content"].keys() == {kind}


def test_the_model_of_a_typed_function_is_its_body(tmp_path: Path) -> None:
    source = """\
@dataclass
class Order:
    id: int
    note: str = ""

    @staticmethod
    def from_dict(value):
        return Order(**value)

    def to_dict(self):
        return {}


@functions_framework.typed
def place(order: Order):
    return order
"""
    found = document_of(tmp_path, source)
    body = found["paths"]["/place"]["post"]["requestBody"]

    assert body["required"] is True
    assert body["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Order"
    }
    assert found["components"]["schemas"]["Order"] == {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "note": {"type": "string", "default": ""},
        },
        "required": ["id"],
    }


def test_callable_functions_take_their_data_wrapped(tmp_path: Path) -> None:
    source = """\
@https_fn.on_call()
def add(request: https_fn.CallableRequest):
    return request.data["first"] + 1


@scheduler_fn.on_schedule(schedule="every day 03:00")
def nightly(event):
    pass
"""
    paths = document_of(tmp_path, source)["paths"]

    body = paths["/add"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"]["required"] == ["data"]
    assert "first" in body["schema"]["properties"]["data"]["properties"]
    assert paths["/nightly"].keys() == {"post"}


def test_event_functions_are_not_in_the_document(tmp_path: Path) -> None:
    source = "@functions_framework.cloud_event\ndef on_order(event):\n    pass\n"

    assert document_of(tmp_path, source)["paths"] == {}


@pytest.mark.parametrize(
    "body",
    [
        "def inner(value):\n    return inner(value['a'])\ninner(request.get_json())",
        "request.args.get('x', float('nan'))",
        "request.args.get('x', b'bytes')",
        "request.headers['x-a']; request.headers['X-A']",
        "request.args['']; request.get_json()['']",
        "data = request.get_json()\n" + "data = data['a']\n" * 40,
        "request.get_json()['ünïcode']['$ref']",
    ],
)
def test_odd_code_gives_a_valid_document(tmp_path: Path, body: str) -> None:
    assert operations(tmp_path, body)


def test_operation_ids_are_unique_with_colliding_endpoints(tmp_path: Path) -> None:
    source = HEAD + "@functions_framework.http\ndef f(request):\n    return ''\n"
    write_tree(tmp_path, {"a/main.py": source, "größe/main.py": source})

    found = openapi_document(functions_of(tmp_path).values(), source_hints, source_code)

    OpenAPIV31SpecValidator(found).validate()
    assert [*found["paths"]] == ["/a.main.f", "/gr%C3%B6%C3%9Fe.main.f"]


def test_the_command_prints_the_document(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {"main.py": HEAD + "@functions_framework.http\ndef f(request): return ''\n"},
    )

    done = funclens("openapi", "--server", "https://shop.example", str(tmp_path))
    empty = funclens("openapi", str(write_tree(tmp_path / "empty", {"x.txt": ""})))

    assert (done.returncode, done.stderr, empty.returncode) == (0, "", 0)
    assert json.loads(done.stdout)["servers"] == [{"url": "https://shop.example"}]
    assert "warning: no HTTP functions" in empty.stderr
