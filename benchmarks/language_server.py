"""A client of a language server over stdio, which asks one thing after the other."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Server:
    """A running language server."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.number = 0
        uri = folder.as_uri()
        document = {
            "synchronization": {},
            "codeLens": {},
            "diagnostic": {"dynamicRegistration": False},
        }
        self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": "bench"}],
                "capabilities": {"textDocument": document},
            },
        )

    def start(self) -> None:
        """Tell the server that it may begin."""
        self.notify("initialized", {})

    def open(self, path: Path, text: str) -> None:
        """Open a document."""
        document = {
            "uri": path.as_uri(),
            "languageId": "python",
            "version": 0,
            "text": text,
        }
        self.notify("textDocument/didOpen", {"textDocument": document})

    def send(self, message: dict) -> None:
        """Write one message."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def notify(self, method: str, params: dict) -> None:
        """Send a notification."""
        self.send({"method": method, "params": params})

    def request(self, method: str, params: dict) -> object:
        """Send a request and return its result."""
        self.number += 1
        number = self.number
        self.send({"id": number, "method": method, "params": params})
        while True:
            message = self.read()
            if message.get("id") == number and "method" not in message:
                return message.get("result")
            if "id" in message and "method" in message:
                # What a server asks of its editor: settings, progress, registration.
                items = message.get("params", {}).get("items", [])
                result = [None] * len(items) if items else None
                self.send({"id": message["id"], "result": result})

    def read(self) -> dict:
        """Read one message."""
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise SystemExit("a server ended early")
        return json.loads(self.process.stdout.read(length))

    def close(self) -> None:
        """End the server."""
        self.process.kill()
        self.process.wait()
