"""An editor's side of the protocol, for tests: what it sends, what it was told.

It speaks JSON over the pipes of a real server process and gives results as the
plain JSON that an editor sees. Every wait has a deadline.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

from lsp.prepared_server import CAN_FORK, ForkedServer

CLIENTS = Path(__file__).with_name("clients")
DEADLINE = 30.0
SERVER = (sys.executable, "-I", "-m", "funclens", "lsp", "--stdio")


def capabilities(name):
    return json.loads((CLIENTS / f"{name}.json").read_text())


class ResponseError(Exception):
    """The server answered with an error."""

    def __init__(self, error):
        super().__init__(error["message"])
        self.code = error["code"]


class Client:
    """One editor window: start it with `with`, or call `start` and `close`.

    `command` starts the server; by default, a prepared process is forked.
    """

    def __init__(
        self,
        name,
        folders,
        *,
        options=None,
        settings=None,
        encodings=None,
        command=None,
        environ=None,
    ):
        self.name = name
        self.capabilities = capabilities(name)
        if encodings:
            general = self.capabilities.setdefault("general", {})
            general["positionEncodings"] = encodings
        self.folders = [Path(folder) for folder in folders]
        self.options = options
        self.settings = settings or {}
        self.refuses = frozenset()
        self.ignores = frozenset()
        self.messages = []
        self.received = 0
        """Bytes of all messages of the server so far."""
        self.answers = {}
        self.process = (
            ForkedServer(dict(os.environ if environ is None else environ))
            if command is None and CAN_FORK
            else subprocess.Popen(
                command or SERVER,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environ,
            )
        )
        self._ids = itertools.count(1)
        self._changed = threading.Condition()
        self._versions = {}
        self.log = []
        self._threads = [
            threading.Thread(target=work, daemon=True)
            for work in (self._read, self._read_log)
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_exc):
        self.close()

    def start(self):
        self.initialized = self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": self.folders[0].as_uri() if self.folders else None,
                "workspaceFolders": [
                    {"uri": folder.as_uri(), "name": folder.name}
                    for folder in self.folders
                ],
                "capabilities": self.capabilities,
                "initializationOptions": self.options,
            },
        )
        self.notify("initialized")

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            if self.process.poll() is None:
                self.request("shutdown")
                self.notify("exit")
            self.process.stdin.close()
        code = self.process.wait(DEADLINE)
        for thread in self._threads:
            thread.join(DEADLINE)
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    # What an editor sends.

    def request(self, method, params=None, *, deadline=DEADLINE):
        return self.result(self.send_request(method, params), deadline=deadline)

    def send_request(self, method, params=None):
        number = next(self._ids)
        message = {"jsonrpc": "2.0", "id": number, "method": method}
        self._send(message if params is None else {**message, "params": params})
        return number

    def result(self, number, *, deadline=DEADLINE):
        self._wait(lambda: number in self.answers, f"answer {number}", deadline)
        answer = self.answers[number]
        if "error" in answer:
            raise ResponseError(answer["error"])
        return answer["result"]

    def notify(self, method, params=None):
        message = {"jsonrpc": "2.0", "method": method}
        self._send(message if params is None else {**message, "params": params})

    def open(self, path, text=None):
        text = Path(path).read_text("utf-8") if text is None else text
        self._versions[str(path)] = 1
        document = {"uri": Path(path).as_uri(), "languageId": "python", "version": 1}
        self.notify(
            "textDocument/didOpen", {"textDocument": {**document, "text": text}}
        )

    def change(self, path, *changes):
        """Send changes: whole texts, or (start, end, text) with (line, character)."""
        self._versions[str(path)] += 1
        identifier = {
            "uri": Path(path).as_uri(),
            "version": self._versions[str(path)],
        }
        events = [
            {"text": item}
            if isinstance(item, str)
            else {"range": range_(item[0], item[1]), "text": item[2]}
            for item in changes
        ]
        params = {"textDocument": identifier, "contentChanges": events}
        self.notify("textDocument/didChange", params)

    def close_document(self, path):
        self.notify("textDocument/didClose", document(path))

    def save(self, path, text):
        Path(path).write_text(text, "utf-8")
        self.notify("textDocument/didSave", document(path))

    def files_changed(self, *changes):
        """Tell of (path, kind): 1 created, 2 changed, 3 deleted."""
        events = [{"uri": Path(path).as_uri(), "type": kind} for path, kind in changes]
        self.notify("workspace/didChangeWatchedFiles", {"changes": events})

    def execute(self, command, *arguments, deadline=DEADLINE):
        params = {"command": command, "arguments": list(arguments)}
        return self.request("workspace/executeCommand", params, deadline=deadline)

    def lenses(self, path):
        return self.request("textDocument/codeLens", document(path))

    def titles(self, path):
        return [lens["command"]["title"] for lens in self.lenses(path)]

    # What an editor was told.

    def told(self, method):
        return [params for name, params in list(self.messages) if name == method]

    def wait_for(self, method, fits=lambda _params: True, *, deadline=DEADLINE):
        """Return the first message of `method`, past or to come, that fits."""
        found = []

        def is_there():
            found[:] = [params for params in self.told(method) if fits(params)]
            return found

        self._wait(is_there, method, deadline)
        return found[0]

    def wait_for_log(self, pattern, *, deadline=DEADLINE):
        """Return the match of a pattern in a line of the server's log."""
        found = []

        def is_there():
            found[:] = filter(None, (re.search(pattern, line) for line in self.log))
            return found

        self._wait(is_there, pattern, deadline)
        return found[-1]

    def wait_until(self, fits, *, deadline=DEADLINE):
        """Wait until `fits()`, looking again at each message of the server."""
        self._wait(fits, "the state that was waited for", deadline)

    def wait_for_titles(self, path, fits, *, deadline=DEADLINE):
        """Return the titles of the lenses once they fit, asked for as told to."""
        end = time.monotonic() + deadline
        while True:
            seen = len(self.told("workspace/codeLens/refresh"))
            titles = self.titles(path)
            if fits(titles):
                return titles
            self._wait(
                lambda seen=seen: len(self.told("workspace/codeLens/refresh")) > seen,
                f"lenses of {path}, which are {titles}",
                end - time.monotonic(),
            )

    def diagnostics(self, path, fits=lambda _items: True):
        """Return the diagnostics of a file as soon as they fit, pushed or pulled."""
        if "diagnosticProvider" in self.initialized["capabilities"]:
            return self._pull(path, fits)
        uri = Path(path).as_uri()
        found = []

        def is_there():
            told = self.told("textDocument/publishDiagnostics")
            found[:] = [item for item in told if item["uri"] == uri][-1:]
            return found and fits(found[0]["diagnostics"])

        self._wait(is_there, f"diagnostics of {path}", DEADLINE)
        return found[0]["diagnostics"]

    def _pull(self, path, fits):
        deadline = time.monotonic() + DEADLINE
        while True:
            seen = len(self.messages)
            items = self.request("textDocument/diagnostic", document(path))["items"]
            if fits(items):
                return items
            self._wait(
                lambda seen=seen: len(self.messages) > seen,
                f"diagnostics of {path}, which are {items}",
                deadline - time.monotonic(),
            )

    def _wait(self, is_there, what, deadline):
        with self._changed:
            if not self._changed.wait_for(is_there, deadline):
                log = "".join(self.log)
                msg = f"not told in {deadline:.0f} s: {what}\n{self.messages}\n{log}"
                raise AssertionError(msg)

    # The wire.

    def _send(self, message):
        self.send_bytes(json.dumps(message).encode())

    def send_bytes(self, body):
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _read(self):
        while header := self.process.stdout.readline():
            length = int(header.split(b":")[1])
            while self.process.stdout.readline().strip():
                pass
            message = json.loads(self.process.stdout.read(length))
            self.received += length
            with contextlib.suppress(BrokenPipeError, ValueError):
                self._take(message)

    def _take(self, message):
        method = message.get("method")
        if method is not None and "id" in message:
            reply = {"jsonrpc": "2.0", "id": message["id"]}
            if method in self.ignores:
                pass
            elif method in self.refuses:
                error = {"code": -32601, "message": f"not here: {method}"}
                self._send({**reply, "error": error})
            else:
                result = self._answer(method, message.get("params"))
                self._send({**reply, "result": result})
        with self._changed:
            if method is None:
                self.answers[message["id"]] = message
            else:
                self.messages.append((method, message.get("params")))
            self._changed.notify_all()

    def _answer(self, method, params):
        if method == "workspace/configuration":
            return [self.settings for _ in params["items"]]
        if method == "window/showDocument":
            return {"success": True}
        return None

    def _read_log(self):
        for line in self.process.stderr:
            with self._changed:
                self.log.append(line.decode("utf-8", "replace"))
                self._changed.notify_all()


def document(path):
    return {"textDocument": {"uri": Path(path).as_uri()}}


def at(path, line, character):
    return {**document(path), "position": {"line": line, "character": character}}


def range_(start, end):
    return {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }
