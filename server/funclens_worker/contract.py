"""What the front door and its workers say to each other. The only shared module.

Both sides import it, so it holds values, JSON and bytes and nothing else: no
Flask, no `funclens`, nothing that needs a Python newer than 3.9.

The channel between front door and worker is one AF_UNIX stream socket.

Front door to worker, frames: a header of nine bytes (kind, request number, length of
the payload), then the payload.
    MANIFEST    the payload is the manifest as JSON; always the first frame. The
                descriptor of the progress page rides on the header
    CONNECTION  the payload is the index of the function in the manifest (two
                bytes), the address family of the connection (one byte), its slot in
                the progress page (two bytes) and the bytes that the front door has
                already read; the descriptor of the connection rides on the header
The end of the stream means: answer what you have, then end.

Worker to front door, lines of JSON: the events of `EventName`. Lines that are not JSON
are the stack of a dying worker, as `faulthandler` writes it.

The progress page is memory that both share, a byte for each connection on its way:
how far the worker has come with it (`Progress`). The worker writes, which costs
nothing; the front door reads it when the worker has died.
"""

from __future__ import annotations

import enum
import json
import struct
from dataclasses import asdict, dataclass
from typing import Any, Optional, Tuple
from urllib.parse import unquote_to_bytes

VERSION = 1
"""Changes when an older worker could not understand a newer front door."""

TOO_OLD_STATUS = 78
"""Exit code of a worker or zygote whose Python is too old, as `launch.py` has it."""

FRAME_HEADER = struct.Struct("!BII")
"""Kind, request number, length of the payload in bytes."""

CONNECTION_HEADER = struct.Struct("!HBH")
"""Position of the function in the manifest's `functions`, the address family, and the
slot in the progress page."""

SLOTS = 4096
"""Length of the progress page: connections that one worker may have at once."""


class Progress(enum.IntEnum):
    """How far a worker has come with a connection."""

    SENT = 0
    """It may not even have received it: another worker can answer."""
    TAKEN = 1
    """User code may have run."""
    ANSWERING = 2
    """The first byte of the response is out, or is being sent."""


class FrameKind(enum.IntEnum):
    """What a frame from the front door carries."""

    MANIFEST = 1
    CONNECTION = 2


class EventName(str, enum.Enum):
    """What a worker tells the front door, in `event` of each line."""

    CODE = "code"
    """The user's own module files that were loaded since the last such event:
    `files`, absolute path to the time of its change in nanoseconds. A change of
    one of them makes the worker stale."""
    READY = "ready"
    """The module is loaded: connections are welcome. `modules` are the names of the
    modules that it has loaded and an installer put there; `threads` are those that the
    user's code started meanwhile and that still run: `name`, `file` and `line`."""
    IMPORT_ERROR = "import-error"
    """The module could not be loaded; `error` is a LoadFailure. The worker ends."""
    REQUEST = "request"
    """A request is over: `number`, `id`, `method`, `path`, `query`, `status` and
    `seconds`; `error` (`error`, `file`, `line`, `traceback`) if user code raised."""
    DEBUG_LISTENING = "debug-listening"
    """debugpy waits for a client at `host` and `port`, before user code loads."""


@dataclass(frozen=True)
class ManifestFunction:
    """One function that a worker serves."""

    id: str
    """The qualified name: the name of its Flask endpoint too."""
    name: str
    """The attribute of the loaded module."""
    signature_type: str
    """`http`, `cloudevent`, `event` or `typed`: used where no decorator decides."""


@dataclass(frozen=True)
class DebugSpec:
    """How a worker under the debugger starts."""

    path: str
    """Folder that holds the package `debugpy`."""
    host: str = "127.0.0.1"
    port: int = 0
    """0: any free port; the worker reports which."""


@dataclass(frozen=True)
class Manifest:
    """All that a worker has to know about its unit."""

    unit: str
    root: str
    """Absolute folder of the source."""
    source: str
    """Absolute path of the module file."""
    functions: Tuple[ManifestFunction, ...]
    threads: int
    """Requests that run at once; production's default is four a processor."""
    debug: Optional[DebugSpec] = None
    body_limit: int = 0
    """Bytes of a body that are taken, in chunks too; 0 for no limit."""
    version: int = VERSION

    def to_json(self) -> bytes:
        """Return the manifest as UTF-8 JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Manifest:
        """Return the manifest that `to_json` wrote.

        Raises ValueError when it was written for another version.
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
    """What fixes a failure, for programs: the hint says the same to people."""

    code: str
    """`missing-requirements`: what the unit's requirements.txt lists is not installed.
    `missing-package`: one package is not installed."""
    interpreter: str
    """The unit's Python, absolute."""
    module: str
    """Top-level name of the module that was not found."""
    package: Optional[str] = None
    """The distribution that provides the module; None when that is not certain."""
    command: Tuple[str, ...] = ()
    """Installs what is missing, as an argument list; empty when nothing surely does."""


@dataclass(frozen=True)
class LoadFailure:
    """Why a unit could not be loaded, in the user's terms."""

    error: str
    """Type and message: `NameError: name 'x' is not defined`."""
    file: Optional[str]
    """The user's file that raised it, absolute; None when none is known."""
    line: Optional[int]
    """1-based."""
    traceback: str
    """The user's part of the traceback, as Python prints it."""
    hint: str = ""
    """The next step, where one is known: a command that installs what is missing."""
    remedy: Optional[Remedy] = None
    """The same as the hint, for programs."""


def encode_event(event: EventName, **fields: Any) -> bytes:
    """Return one line of JSON, newline included."""
    return json.dumps({"event": event.value, **fields}).encode() + b"\n"


def encode_frame(kind: FrameKind, number: int, payload: bytes) -> bytes:
    """Return header and payload of one frame."""
    return FRAME_HEADER.pack(kind, number, len(payload)) + payload


@dataclass(frozen=True)
class Target:
    """A request target, split into the function's public name and the rest."""

    name: str
    """First path segment, percent-decoded as UTF-8; empty for `/` and `//x`."""
    rest: str
    """The target as production would see it: raw path and query, never empty."""


def split_target(target: str) -> Optional[Target]:
    """Split a raw request target at its first segment.

    `target` is the latin-1 text of the request line, in origin form
    (`/hello/x?y`) or absolute form (`http://host/hello/x?y`). The remainder is
    passed through byte by byte: nothing is unquoted, joined or normalised.
    Returns None for `*`, an authority and anything else without a path.
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
