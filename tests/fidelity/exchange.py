"""One request and its answer, byte for byte, over a socket of our own.

A client library would tidy up what the rows are about: methods, paths, half-sent
heads. Here the bytes of a row go out as they are.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass

ANSWER_S = 20.0
"""How long an answer may take; reached only by rows that fail."""

NOT_COMPARED = {"date", "server", "connection"}
"""Headers that belong to a server and a moment, not to the function."""


@dataclass(frozen=True)
class Answer:
    """What came back until the server closed the connection."""

    status: int | None
    """None when the server closed without an answer."""
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    interim: tuple[int, ...] = ()
    """Statuses below 200 that came before."""
    whole: bool = True
    """False when the body ended before its announced end."""

    def comparable(self) -> tuple[object, ...]:
        """Return everything that must be equal on both sides."""
        headers = sorted(
            (name, _ordered(value) if name.lower() == "allow" else value)
            for name, value in self.headers
            if name.lower() not in NOT_COMPARED
        )
        return (self.status, self.reason, headers, self.body, self.interim, self.whole)


def exchange(address: tuple[str, int], parts: tuple[bytes, ...]) -> Answer:
    """Send the parts, each after something came back for the one before it.

    Returns the answer, read until the end of the connection.
    """
    received = b""
    with socket.create_connection(address, timeout=ANSWER_S) as connection:
        first, *others = parts
        connection.sendall(first)
        for part in others:
            received += connection.recv(65536)
            connection.sendall(part)
        try:
            while data := connection.recv(65536):
                received += data
        except ConnectionResetError:
            # The server closed while bytes of ours were still unread.
            pass
    return parse(received, is_head=first.startswith(b"HEAD "))


def parse(received: bytes, *, is_head: bool) -> Answer:
    """Return the answer in the bytes of a whole connection."""
    interim: list[int] = []
    while True:
        head, separator, rest = received.partition(b"\r\n\r\n")
        if not separator:
            return Answer(None, body=received, interim=tuple(interim))
        status_line, *lines = head.decode("latin-1").split("\r\n")
        _, code, *reason = status_line.split(" ", 2)
        if not 100 <= int(code) < 200:
            break
        interim.append(int(code))
        received = rest
    pairs = [line.partition(":")[::2] for line in lines]
    headers = tuple((name, value.strip()) for name, value in pairs)
    body, whole = _body(dict_of(headers), rest, is_head=is_head)
    return Answer(
        int(code), "".join(reason), headers, body, tuple(interim), whole=whole
    )


def dict_of(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Return headers by lower-case name; the last of a name wins."""
    return {name.lower(): value for name, value in headers}


def _ordered(value: str) -> str:
    """Return a list in order: methods come out of a set, in any order."""
    return ", ".join(sorted(value.split(", ")))


def _body(headers: dict[str, str], rest: bytes, *, is_head: bool) -> tuple[bytes, bool]:
    if is_head:
        return rest, True
    if headers.get("transfer-encoding") == "chunked":
        return _joined_chunks(rest)
    length = int(headers.get("content-length", len(rest)))
    return rest, len(rest) == length


def _joined_chunks(rest: bytes) -> tuple[bytes, bool]:
    body = b""
    while True:
        size, separator, rest = rest.partition(b"\r\n")
        if not separator:
            return body, False
        length = int(size.split(b";")[0], 16)
        if length == 0:
            return body, rest == b"\r\n"
        body += rest[:length]
        rest = rest[length + 2 :]
