"""Requests of `.http` files are sent from the editor."""

from __future__ import annotations

import pytest

from lsp.client import ResponseError

MAIN = """\
import functions_framework


@functions_framework.http
def echo(request):
    return f"{request.method} {request.full_path} {request.get_data().hex()}"
"""
CALLS = """\
@name = echo

### Says who it is
POST {{host}}/{{name}}/sub?x=1
Content-Type: application/json

< data.bin

###
GET https://example.com/echo
"""
OWN = {"clientCommands": ["funclens.send", "funclens.showLogs", "funclens.copyCurl"]}


@pytest.fixture
def calls(write, workspace):
    (_, path) = write({"main.py": MAIN, "requests/calls.http": CALLS})
    (workspace / "data.bin").write_bytes(b"{}")
    return path


def argument_of(client, path, title):
    (lens,) = [x for x in client.lenses(path) if x["command"]["title"] == title]
    return lens["command"]["command"], *lens["command"]["arguments"]


def test_a_lens_sends_the_request(editor, calls):
    client = editor()
    client.open(calls)

    answer = client.execute(*argument_of(client, calls, "Send"))

    assert (answer["status"], answer["body"]) == (200, "POST /sub?x=1 7b7d")


def test_a_client_with_a_panel_gets_request_and_curl_command(vscode, calls):
    client = vscode(options=OWN)
    client.open(calls)

    command, argument = argument_of(client, calls, "Send")

    assert command == "funclens.send"
    assert client.request("funclens/httpRequest", argument) == {
        "id": "main.echo",
        "method": "POST",
        "path": "/sub?x=1",
        "headers": "Content-Type: application/json",
        "body": "{}",
        "parts": [],
    }
    command, argument = argument_of(client, calls, "Copy as curl")
    assert command == "funclens.copyCurl"
    assert client.request("funclens/curl", argument)["curl"] == (
        "curl 'http://127.0.0.1:8080/echo/sub?x=1' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        "  --data-raw '{}'"
    )


def test_an_unsaved_request_is_used(vscode, calls):
    client = vscode(options=OWN)
    client.open(calls, "GET {{host}}/echo?unsaved")
    argument = {"uri": calls.as_uri(), "line": 1}

    request = client.request("funclens/httpRequest", argument)

    assert (request["method"], request["path"]) == ("GET", "?unsaved")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("GET {{host}}/echo", 2, "No request at line 2 of calls.http"),
        ("GET {{host}}/other", 1, "is not for a function"),
        ("GET {{host}}/echo\nX: {{y}}", 1, "'y' is not defined"),
        ("POST {{host}}/echo\n\n< none.json", 1, "[Cc]annot read 'none.json'"),
    ],
)
def test_an_invalid_request_is_an_error(vscode, calls, text, line, message):
    client = vscode(options=OWN)
    client.open(calls, text)
    argument = {"uri": calls.as_uri(), "line": line}

    with pytest.raises(ResponseError, match=message):
        client.request("funclens/httpRequest", argument)


def test_nothing_is_read_or_sent_in_an_untrusted_workspace(vscode, calls):
    client = vscode(options={**OWN, "trusted": False})
    client.open(calls)
    argument = {"uri": calls.as_uri(), "line": 4}

    assert client.lenses(calls) == []
    for method in ("funclens/httpRequest", "funclens/curl"):
        with pytest.raises(ResponseError, match="not trusted"):
            client.request(method, argument)


def test_requests_are_saved_for_the_team_and_found_again(vscode, write):
    write({"main.py": MAIN, ".funclens/requests/broken.http": "GET /echo\nA: {{b}}"})
    client = vscode(options=OWN)
    draft = {
        "method": "PUT",
        "path": "/a?b=1",
        "headers": "A: 1\nB: 2",
        "body": '{\n  "x": 1\n}',
    }

    written = client.request(
        "funclens/httpFile",
        {
            **draft,
            "id": "main.echo",
            "name": "Put  it",
            "headers": f"# off: 0\n{draft['headers']}\n",
        },
    )
    (line,) = [x for x in written["text"].split("\n") if x.startswith("PUT ")]
    (put,) = write({".funclens/requests/put.http": written["text"]})
    (others,) = write(
        {".funclens/requests/others.rest": "GET /main.echo\n###\nGET /other"}
    )

    empty = {"id": "main.echo", "path": "", "headers": "", "body": "", "parts": []}
    at = {"file": str(others), "line": 1, "alone": False}
    saved = {
        "requests": [
            {"name": "others", "method": "GET", **empty, **at},
            {
                "id": "main.echo",
                "name": "Put it",
                "alone": True,
                **draft,
                "parts": [],
                "file": str(put),
                "line": written["text"].split("\n").index(line) + 1,
            },
        ]
    }
    assert client.request("funclens/savedRequests", {"id": "main.echo"}) == saved
    assert client.request("funclens/savedRequests", {}) == saved


def test_a_form_is_saved_with_its_files_and_found_again(vscode, write):
    (_, photo) = write({"main.py": MAIN, "pictures/a b.png": "PNG"})
    client = vscode(options=OWN)
    parts = [
        {"name": "note", "value": "hi"},
        {"name": "photo", "file": photo.as_uri()},
        {"name": "far", "file": "file:///no/such/file.bin"},
    ]
    draft = {
        "id": "main.echo",
        "name": "Form",
        "method": "POST",
        "path": "",
        "headers": "Content-Type: multipart/form-data; boundary=b0",
        "parts": parts[:2],
    }

    text = client.request("funclens/httpFile", draft)["text"]
    far = client.request("funclens/httpFile", {**draft, "parts": parts})["text"]
    write({".funclens/requests/form.http": text})
    [saved] = client.request("funclens/savedRequests", {"id": "main.echo"})["requests"]

    assert "\n< pictures/a b.png\n" in text
    assert "\n< /no/such/file.bin\n" in far
    assert saved["body"] == ""
    assert saved["parts"] == [
        {"name": "note", "value": "hi", "file": None},
        {"name": "photo", "value": "", "file": photo.as_uri()},
    ]
    curl = client.request("funclens/curl", {**draft, "headers": {}})["curl"]
    assert f"-F 'photo=@{photo}'" in curl
    assert "--form-string note=hi" in curl
