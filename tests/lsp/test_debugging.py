"""Debug over the wire: where to attach, and back to normal."""

from __future__ import annotations

import json
import socket

from lsp.conftest import HELLO
from lsp.test_running import ID


def ask_debugpy(host, port):
    """Return the body of the answer to `initialize` of the debugger there."""
    request = {
        "seq": 1,
        "type": "request",
        "command": "initialize",
        "arguments": {"adapterID": "funclens"},
    }
    body = json.dumps(request).encode()
    with socket.create_connection((host, port), 20) as connection:
        connection.settimeout(20)
        connection.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        file = connection.makefile("rb")
        while True:
            length = int(file.readline().split(b":")[1])
            file.readline()
            message = json.loads(file.read(length))
            if message["type"] == "response":
                return message["body"]


def test_debug_says_where_to_attach_and_ends(editor, write):
    write({"main.py": HELLO})
    client = editor()

    answer = client.execute("funclens.debug", ID)

    assert (answer["id"], answer["unit"]) == ("main.hello", "main")
    assert ask_debugpy(answer["host"], answer["port"])["supportsConditionalBreakpoints"]
    told = client.wait_for(
        "funclens/runnerChanged",
        lambda params: any(unit["debug"] for unit in params["units"]),
    )
    assert told["units"][0]["debug"] == {
        "host": answer["host"],
        "port": answer["port"],
    }

    client.execute("funclens.endDebug", {"unit": "main"})

    client.wait_until(
        lambda: not client.told("funclens/runnerChanged")[-1]["units"][0]["debug"]
    )
    assert client.execute("funclens.call", ID)["body"] == "Hello World!"
