"""A row of the fidelity table: one request to one function of one source."""

from __future__ import annotations

from dataclasses import dataclass, field

AT = "{at}"
"""In a request: the function's route for our runner, nothing for production."""


@dataclass(frozen=True)
class Row:
    """A fact about production, as a request whose answer must be the same."""

    fact: str
    """What the row shows, in words; unique in the table."""
    source: str
    """A folder of tests/fidelity/sources."""
    target: str
    """The function."""
    parts: tuple[str, ...]
    """The request in latin-1, `{at}` before the path; see `exchange`."""
    differs: str = ""
    """Heading in docs/reference/fidelity.md where we differ, and say why."""
    env: tuple[tuple[str, str], ...] = field(default=())
    """Variables that both servers are started with."""
    signature_type: str = "http"
    """How functions-framework is told to call an undecorated function."""

    module: str = "main"
    """The source's file without `.py`."""

    @property
    def route(self) -> str:
        """Where our runner serves the function."""
        return f"/{self.source}.{self.module}.{self.target}"

    def request(self, at: str) -> tuple[bytes, ...]:
        """Return the bytes to send to a server that has the function below `at`."""
        return tuple(part.replace(AT, at).encode("latin-1") for part in self.parts)


def ask(
    method: str = "GET",
    path: str = "/",
    *headers: str,
    body: str = "",
    version: str = "HTTP/1.1",
) -> tuple[str]:
    """Return a well-formed request for a path below the function's route."""
    lines = [f"{method} {AT}{path} {version}", "Host: localhost", "Connection: close"]
    lines += headers
    if body:
        lines.append(f"Content-Length: {len(body.encode('latin-1'))}")
    return ("\r\n".join(lines) + "\r\n\r\n" + body,)


def chunked(*chunks: str, method: str = "POST", trailer: str = "") -> tuple[str]:
    """Return a request whose body comes in chunks."""
    head = f"{method} {AT}/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    body = "".join(f"{len(chunk):x}\r\n{chunk}\r\n" for chunk in chunks)
    return (f"{head}Transfer-Encoding: chunked\r\n\r\n{body}0\r\n{trailer}\r\n",)
