"""Which responses, models and paths the OpenAPI document has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from openapi.test_document import document_of

if TYPE_CHECKING:
    from pathlib import Path

IMPORTS = """\
from http import HTTPStatus
from typing import NotRequired, TypedDict

from flask import abort, jsonify, make_response, redirect, Response
from pydantic import BaseModel
from starlette.responses import JSONResponse
from werkzeug.exceptions import NotFound

CONFLICT = 409


class Item(BaseModel):
    sku: str
    count: int = 1


class Receipt(TypedDict, total=False):
    total: float
    items: list[Item]


def error(message, status=400):
    return jsonify({"error": message}), status


"""


def responses(folder: Path, body: str, annotation: str = "") -> dict[str, Any]:
    """Return the responses of a function; the schema of each media type, by status."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    source = f"{IMPORTS}@functions_framework.http\ndef f(request){annotation}:\n{lines}"
    [operation, *_] = document_of(folder, f"{source}\n")["paths"]["/f"].values()
    return {
        status: {
            media: content["schema"] for media, content in it.get("content", {}).items()
        }
        for status, it in operation["responses"].items()
        if status != "default"
    }


TEXT = {"text/html": {"type": "string"}}
ERROR = {
    "application/json": {
        "type": "object",
        "properties": {"error": {"type": "string"}},
    }
}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return 'ok'", {"200": TEXT}),
        ("return f'{request}'", {"200": TEXT}),
        ("return 'a' + request", {"200": TEXT}),
        ("return '{}'.format(1)", {"200": TEXT}),
        ("return 'no', 404", {"404": TEXT}),
        ("return 'no', CONFLICT", {"409": TEXT}),
        ("return 'no', HTTPStatus.GONE", {"410": TEXT}),
        ("return 'no', '404 NOT FOUND'", {"404": TEXT}),
        ("return '', 204", {"204": {}}),
        ("return ('', 204, {'A': 'b'})", {"204": {}}),
        ("headers = {'A': 'b'}\nreturn 'x', headers", {"200": TEXT}),
        (
            "headers = {'Content-Type': 'text/csv; x=y'}\nreturn 'x', 200, headers",
            {"200": {"text/csv": {"type": "string"}}},
        ),
        ("return error('x', 422)", {"422": ERROR}),
        ("return error('x')", {"400": ERROR}),
        ("if request: return 'ok'\nabort(401)", {"200": TEXT, "401": TEXT}),
        ("if request: return 'ok'\nraise NotFound()", {"200": TEXT, "404": TEXT}),
        ("return redirect('/x')", {"302": {}}),
        ("return redirect('/x', code=301)", {"301": {}}),
        (
            "return Response('<a/>', status=201, mimetype='text/xml')",
            {"201": {"text/xml": {"type": "string"}}},
        ),
        ("return make_response('x', 503)", {"503": TEXT}),
        (
            "made = make_response('x')\nmade.status_code = 418\nreturn made",
            {"200": TEXT, "418": TEXT},
        ),
        (
            "return JSONResponse({'a': 1}, status_code=202)",
            {
                "202": {
                    "application/json": {
                        "type": "object",
                        "properties": {"a": {"type": "integer"}},
                    }
                }
            },
        ),
        ("return request.unknown()", {}),
        ("return 'ok' if request else error('x')", {"200": TEXT, "400": ERROR}),
        ("def inner():\n    return 'x', 500\nreturn 'ok'", {"200": TEXT}),
    ],
)
def test_responses_are_what_code_returns(
    tmp_path: Path, body: str, expected: dict[str, Any]
) -> None:
    assert responses(tmp_path, body) == expected


def test_json_has_the_fields_that_code_writes(tmp_path: Path) -> None:
    body = (
        "rows = [1, 2]\n"
        "return {'id': 1, 'ok': rows == [], 'name': f'{rows}', 'rows': rows,\n"
        "        'item': Item(sku='x').model_dump(), 'other': request.args}"
    )

    assert responses(tmp_path, body)["200"]["application/json"]["properties"] == {
        "id": {"type": "integer"},
        "ok": {"type": "boolean"},
        "name": {"type": "string"},
        "rows": {"type": "array", "items": {"type": "integer"}},
        "item": {"$ref": "#/components/schemas/Item"},
        "other": {},
    }


def test_an_annotation_says_what_is_returned(tmp_path: Path) -> None:
    found = responses(tmp_path, "return compute(request)", " -> Receipt")

    assert found == {
        "200": {"application/json": {"$ref": "#/components/schemas/Receipt"}}
    }


def test_models_are_components_with_their_required_fields(tmp_path: Path) -> None:
    source = (
        f"{IMPORTS}@functions_framework.http\n"
        "def f(request) -> Receipt:\n"
        "    item = Item.model_validate(request.get_json())\n"
        "    return compute(item)\n"
    )

    found = document_of(tmp_path, source)

    body = found["paths"]["/f"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/Item"}
    schemas = found["components"]["schemas"]
    assert schemas["Item"]["required"] == ["sku"]
    assert "required" not in schemas["Receipt"]
    assert schemas["Receipt"]["properties"]["items"]["items"] == body["schema"]


def test_errors_of_callable_functions_have_their_status(tmp_path: Path) -> None:
    source = (
        "@https_fn.on_call()\n"
        "def f(request):\n"
        "    if request.data['a'] == 1:\n"
        "        raise https_fn.HttpsError(\n"
        "            code=https_fn.FunctionsErrorCode.NOT_FOUND, message='x')\n"
        "    return {'sum': 1}\n"
    )

    found = document_of(tmp_path, source)["paths"]["/f"]["post"]["responses"]

    assert found.keys() == {"200", "404", "default"}
    schema = found["200"]["content"]["application/json"]["schema"]
    assert schema["properties"]["result"]["properties"] == {"sum": {"type": "integer"}}


def test_functions_that_read_the_path_answer_below_their_name(tmp_path: Path) -> None:
    source = (
        "@functions_framework.http\n"
        "def f(request):\n"
        "    if request.path == '/health': return 'ok'\n"
        "    return request.args.get('n', 5, type=int)\n"
    )

    paths = document_of(tmp_path, source)["paths"]

    assert [*paths] == ["/f", "/f/{path}"]
    [path, query] = paths["/f/{path}"]["get"]["parameters"]
    assert (path["in"], path["required"]) == ("path", True)
    assert path["schema"]["examples"] == ["health"]
    assert query["schema"] == {"type": "integer", "default": 5}


@pytest.mark.parametrize(
    "body",
    [
        "x = x\nreturn x",
        "x = y\ny = x\nreturn {'a': x}, x",
        "return f(request)",
        "return " + "(" * 60 + "'x'" + ")" * 60,
        "return {**{}, 1: 2, 'a': lambda: 1}",
        "return jsonify(*request.args, **request.args)",
        "return 'x', 999",
        "return 'x', 200, {'Content-Type': request}",
        "return Response(status=True)",
        "return",
        "a = [" + "a, " * 60 + "]\nreturn {'a': a}",
        "a = lambda: 1\n" + "a = a or a\n" * 60 + "return a",
    ],
)
def test_odd_returns_give_a_valid_document(tmp_path: Path, body: str) -> None:
    assert isinstance(responses(tmp_path, body), dict)


def test_functions_that_call_each_other_are_followed_up_to_a_limit(
    tmp_path: Path,
) -> None:
    """Without one, these are 60 to the power of 6 calls."""
    functions = "".join(
        f"def g{number}(x):\n" + f"    if x: return g{number + 1}(x)\n" * 60
        for number in range(6)
    )
    source = (
        f"{functions}@functions_framework.http\ndef f(request):\n    return g0(1)\n"
    )

    [operation] = document_of(tmp_path, source)["paths"]["/f"].values()

    assert operation["responses"].keys() == {"default"}
