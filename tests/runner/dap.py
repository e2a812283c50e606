"""A debugger client over a socket: as much of the protocol as the tests need."""

from __future__ import annotations

import itertools
import json
import socket
from typing import TYPE_CHECKING, Any

from process import DEADLINE_S

if TYPE_CHECKING:
    from typing_extensions import Self


AS_IN_THE_EXTENSION = {
    "justMyCode": True,
    "subProcess": False,
    "rules": [{"path": "**/funclens_worker/**", "include": False}],
}
"""Arguments of `attach`: frames of the worker are not user code."""


class DebugClient:
    """Attaches to the debugpy of a worker."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), timeout=DEADLINE_S)
        self._file = self._socket.makefile("rb")
        self._numbers = itertools.count(1)
        self._seen: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._file.close()
        self._socket.close()

    def attach(self, breakpoints: dict[str, list[int]], **arguments: Any) -> None:
        """Attach and set breakpoints (file to 1-based lines) before code runs on.

        Without arguments, attach as an editor without rules does.
        """
        self.request("initialize", adapterID="funclens", pathFormat="path")
        arguments = arguments or {"justMyCode": True, "subProcess": False}
        number = self.send("attach", **arguments)
        self.wait(lambda message: message.get("event") == "initialized")
        for file, lines in breakpoints.items():
            self.request(
                "setBreakpoints",
                source={"path": file},
                breakpoints=[{"line": line} for line in lines],
            )
        self.request("configurationDone")
        self.wait(lambda message: message.get("request_seq") == number)

    def wait_stopped(self) -> tuple[int, str, int]:
        """Wait for a stop; return thread, file and 1-based line of its top frame."""
        event = self.wait(lambda message: message.get("event") == "stopped")
        thread = event["body"]["threadId"]
        frame = self.request("stackTrace", threadId=thread)["stackFrames"][0]
        return thread, frame["source"]["path"], frame["line"]

    def go_on(self, thread: int) -> None:
        """Continue a thread that has stopped."""
        self.request("continue", threadId=thread)

    def detach(self) -> None:
        """Leave the worker running without a debugger."""
        self.request("disconnect", terminateDebuggee=False)

    def request(self, command: str, **arguments: Any) -> dict[str, Any]:
        """Send a request and return the body of its answer."""
        number = self.send(command, **arguments)
        answer = self.wait(lambda message: message.get("request_seq") == number)
        assert answer["success"], answer
        body: dict[str, Any] = answer.get("body", {})
        return body

    def send(self, command: str, **arguments: Any) -> int:
        """Send a request; return its number."""
        number = next(self._numbers)
        message = {
            "seq": number,
            "type": "request",
            "command": command,
            "arguments": arguments,
        }
        data = json.dumps(message).encode()
        self._socket.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        return number

    def wait(self, wanted: Any) -> dict[str, Any]:
        """Return the first message, old or new, that fits; each fits once."""
        for message in self._seen:
            if wanted(message):
                self._seen.remove(message)
                return message
        while True:
            length = 0
            while line := self._file.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            assert length, "the debugger closed the connection"
            message: dict[str, Any] = json.loads(self._file.read(length))
            if wanted(message):
                return message
            self._seen.append(message)
