"""Messages between the front door and its workers. The only shared module.

Both sides import it, so it contains only values, JSON and bytes: no Flask, no
`funclens`, nothing that needs a Python newer than 3.9.

The channel between front door and worker is one AF_UNIX stream socket.

Front door to worker, frames: a header of nine bytes (kind, request number, length of
the payload), then the payload.
MANIFEST    the payload is the manifest as JSON; always the first frame. The
            descriptor of the progress page is sent with the header
CONNECTION  the payload is the index of the function in the manifest (two
            bytes), the address family of the connection (one byte), its slot in
            the progress page (two bytes) and the bytes that the front door has
            already read; the descriptor of the connection is sent with the header
The end of the stream means: finish the current requests, then exit.

Worker to front door, lines of JSON: the events of `EventName`. Lines that are not JSON
are the stack of a dying worker, as written by `faulthandler`. An event with `follows`,
two lengths, is followed by that many bytes.

Without descriptors (the portable mode), the channel is a TCP connection that the worker
opens; CONNECTION has no bytes of the request and no descriptor. The worker then opens
another connection for the request. Each begins with a hello (`HELLO`); that of the
channel has number 0. For a request, the front door answers with `RELAY_HEADER`, two
addresses as JSON, and the bytes that it has read; what the client sends follows.

The progress page is shared memory with one byte per pending connection: how far the
worker has come with it (`Progress`). The worker writes it, which costs nothing; the
front door reads it if the worker has died.
"""

from __future__ import annotations

import enum
import json
import struct
from dataclasses import asdict, dataclass
from typing import Any, Optional, Tuple
from urllib.parse import unquote_to_bytes

VERSION = 1
"""Increases when an older worker couldn't understand a newer front door."""

TOO_OLD_STATUS = 78
"""Exit code of a worker or zygote whose Python is too old; same as in `launch.py`."""

FRAME_HEADER = struct.Struct("!BII")
"""Kind, request number, length of the payload in bytes."""

CONNECTION_HEADER = struct.Struct("!HBH")
"""Index of the function in the manifest's `functions`, address family, and slot in
the progress page."""

SLOTS = 4096
"""Size of the progress page: maximum number of pending connections per worker."""

TOKEN_BYTES = 32
"""Size of a worker's token in the portable mode."""

HELLO = struct.Struct(f"!4sI{TOKEN_BYTES}sI")
"""First bytes of a worker's connection: magic, worker, token, request number."""

HELLO_MAGIC = b"FLW1"

RELAY_HEADER = struct.Struct("!II")
"""Length of the client's and the front door's address as JSON, and of what follows."""


class Progress(enum.IntEnum):
    """How far a worker has come with a connection."""

    SENT = 0
    """Possibly not received; another worker can handle it."""
    TAKEN = 1
    """User code may have run."""
    ANSWERING = 2
    """The first byte of the response was sent, or is being sent."""


class FrameKind(enum.IntEnum):
    """Content of a frame from the front door."""

    MANIFEST = 1
    CONNECTION = 2


class EventName(str, enum.Enum):
    """Events of a worker, in `event` of each line."""

    CODE = "code"
    """User modules loaded since the last such event: `files` maps absolute paths to
    modification times in nanoseconds. A change of one of them makes the worker
    stale."""
    READY = "ready"
    """The module is loaded and connections are accepted. `modules` are the installed
    modules that it has loaded; `threads` are those that user code started meanwhile and
    that still run: `name`, `file` and `line`."""
    IMPORTS = "imports"
    """How long each module took to import, after READY: `records` lists name, index of
    the record that imported it (-1 for none) and own time in microseconds (null if it
    had been loaded before; an empty name if the time is its parent's). The first
    `always` of them are loaded for every function; `own` are the indices of the
    unit's own modules."""
    IMPORT_ERROR = "import-error"
    """The module failed to load; `error` is a LoadFailure. The worker exits."""
    REQUEST = "request"
    """A request is done: `number`, `id`, `port` (the client's), `method`, `path`,
    `query`, `status` and `seconds`; `error` (`error`, `file`, `line`, `traceback`) if
    user code raised; `output`, the last lines that it printed, if it failed.

    With `captures` in the manifest also: `exception` (type, message, frames), and
    `capture`, unless the worker is too busy: the monotonic time at which the worker
    took it; seconds until the first byte of the response, or null; the number of bytes
    received after those of the front door, and sent; what it printed. `follows` are the
    lengths of what is kept of the received and the sent bytes, which follow."""
    CAPTURES = "captures"
    """`items`: what a busy worker has kept of earlier requests. Each has the number of
    the request, the values of its `capture`, and the lengths of its bytes, which
    follow. Requests that are missing are not reported any more."""
    REFUSED = "refused"
    """The connection of request `number` didn't arrive: this process is out of file
    descriptors."""
    DEBUG_LISTENING = "debug-listening"
    """debugpy waits for a client at `host` and `port`, before user code loads."""


@dataclass(frozen=True)
class ManifestFunction:
    """One function that a worker serves."""

    id: str
    """Qualified name, also used as the Flask endpoint."""
    name: str
    """Attribute of the loaded module."""
    signature_type: str
    """`http`, `cloudevent`, `event` or `typed`; used if no decorator decides."""


@dataclass(frozen=True)
class DebugSpec:
    """How to start a worker under the debugger."""

    path: str
    """Folder that contains the package `debugpy`."""
    host: str = "127.0.0.1"
    port: int = 0
    """0 for any free port; the worker reports which."""


@dataclass(frozen=True)
class Manifest:
    """Everything that a worker needs to know about its unit."""

    unit: str
    root: str
    """Absolute folder of the source."""
    source: str
    """Absolute path of the module file."""
    functions: Tuple[ManifestFunction, ...]
    threads: int
    """Number of concurrent requests; production's default is four per processor."""
    debug: Optional[DebugSpec] = None
    body_limit: int = 0
    """Maximum body size in bytes, also for chunked bodies; 0 for no limit."""
    captures: int = 0
    """Number of requests whose bytes are kept for the runner's history; 0 for none."""
    keeps_bytecode: bool = False
    """Whether Python may write what it compiles, as an installer of packages does."""
    version: int = VERSION

    def to_json(self) -> bytes:
        """Return the manifest as UTF-8 JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Manifest:
        """Parse the JSON of `to_json`.

        Raises ValueError if it was written for another version.
        """
        values = json.loads(data)
        if values["version"] != VERSION:
            msg = (
                f"the front door speaks version {values['version']} of the worker "
                f"contract, this worker speaks {VERSION}: reinstall Funclens"
            )
            raise ValueError(msg)
        debug = values.pop("debug")
        functions = tuple(ManifestFunction(**item) for item in values.pop("functions"))
        return cls(
            **values,
            functions=functions,
            debug=DebugSpec(**debug) if debug else None,
        )


@dataclass(frozen=True)
class Remedy:
    """How to fix a failure; machine-readable form of the hint."""

    code: str
    """`missing-requirements`: packages in requirements.txt are not installed.
    `missing-package`: one package is not installed."""
    interpreter: str
    """Absolute path of the unit's interpreter."""
    module: str
    """Top-level name of the module that was not found."""
    package: Optional[str] = None
    """Distribution that provides the module; None if uncertain."""
    command: Tuple[str, ...] = ()
    """Command that installs what is missing; empty if uncertain."""


@dataclass(frozen=True)
class LoadFailure:
    """Why a unit failed to load, in the user's terms."""

    error: str
    """Type and message: `NameError: name 'x' is not defined`."""
    file: Optional[str]
    """Absolute path of the user's file that raised it, if known."""
    line: Optional[int]
    """1-based."""
    traceback: str
    """The user's frames of the traceback, as Python prints it."""
    hint: str = ""
    """The next step, if known, such as an install command."""
    remedy: Optional[Remedy] = None
    """Machine-readable form of the hint."""


def encode_event(event: EventName, **fields: Any) -> bytes:
    """Return one line of JSON, including the newline."""
    return json.dumps({"event": event.value, **fields}).encode() + b"\n"


def encode_frame(kind: FrameKind, number: int, payload: bytes) -> bytes:
    """Return header and payload of one frame."""
    return FRAME_HEADER.pack(kind, number, len(payload)) + payload


def encode_hello(worker: int, token: bytes, number: int) -> bytes:
    """Return the first bytes of a worker's connection; `number` 0 is the channel."""
    return HELLO.pack(HELLO_MAGIC, worker, token, number)


@dataclass(frozen=True)
class Target:
    """A request target, split into the function's public name and the rest."""

    name: str
    """First path segment, percent-decoded as UTF-8; empty for `/` and `//x`."""
    rest: str
    """Target as in production: raw path and query, never empty."""


def split_target(target: str) -> Optional[Target]:
    """Split a raw request target after its first segment.

    `target` is the latin-1 text of the request line, in origin form (`/hello/x?y`) or
    absolute form (`http://host/hello/x?y`). The rest is passed on unchanged: nothing
    is unquoted, joined or normalized. Returns None for `*`, an authority and anything
    else without a path.
    """
    if not target.startswith("/"):
        scheme, separator, remainder = target.partition("://")
        if not separator or not scheme.isalpha():
            return None
        slash = remainder.find("/")
        question = remainder.find("?")
        if slash < 0 or 0 <= question < slash:
            remainder = "/" + remainder[question:] if question >= 0 else "/"
            slash = 0
        target = remainder[slash:]
    path, question_mark, query = target.partition("?")
    segment, _, below = path[1:].partition("/")
    name = unquote_to_bytes(segment.encode("latin-1")).decode("utf-8", "replace")
    return Target(name, "/" + below + question_mark + query)
