"""The curl command of a function, and of a request that a person wrote."""

from __future__ import annotations

import shlex
import subprocess

from lsp.conftest import HELLO

ID = {"id": "main.hello"}


def test_a_function_has_a_curl_command_that_calls_it(vscode, write):
    write({"main.py": HELLO})
    client = vscode()
    url = client.execute("funclens.run", ID)["url"]

    found = client.request("funclens/curl", ID)

    assert found == {"id": "main.hello", "curl": f"curl '{url}?name=World'"}
    done = subprocess.run(
        shlex.split(found["curl"]), capture_output=True, text=True, check=True
    )
    assert done.stdout == "Hello World!"


def test_a_request_is_quoted_correctly_for_the_shell(vscode, write):
    write({"main.py": HELLO})
    client = vscode()
    body = """{"it's": "$(rm -rf /) `x`"}"""
    request = {"method": "PUT", "path": "a?b=1&c=2", "data": body}
    headers = {"X-Note": "a 'quoted' value", "Content-Type": "application/json"}

    curl = client.request("funclens/curl", {**ID, **request, "headers": headers})[
        "curl"
    ]

    words = shlex.split(curl.replace("\\\n", " "))
    assert words[:4] == ["curl", "http://127.0.0.1:8080/hello/a?b=1&c=2", "-X", "PUT"]
    assert words[words.index("--data-raw") + 1] == body
    assert "X-Note: a 'quoted' value" in words
