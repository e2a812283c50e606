"""Describes how a worker ended, with the line of user code."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import funclens_worker
from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["WorkerExit", "describe_exit", "how_ended", "kill_and_wait", "oom_kills"]

_FRAME = re.compile(r'  File "(?P<file>.+)", line (?P<line>\d+)(?: in (?P<name>.+))?$')
_INSTALLED = frozenset({"site-packages", "dist-packages"})
_OURS = str(Path(funclens_worker.__file__).resolve().parent) + os.sep
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")
"""Escapes that faulthandler uses for non-ASCII characters."""
_MOST_FRAMES = 100
_POLL_SECONDS = 0.01
_SIGKILL: int = getattr(signal, "SIGKILL", 9)
_CRASHES = {
    0xC0000005: "an access violation",
    0xC00000FD: "a stack overflow",
    0xC0000409: "an abort",
    0xC000013A: "Ctrl+C",
}
"""Exit codes of Windows (NTSTATUS)."""


class _Frame(NamedTuple):
    file: str
    line: int
    name: str


@dataclass(frozen=True, slots=True)
class WorkerExit:
    """The end of a worker."""

    status: int
    """Exit code, or negative signal number."""
    how: str
    """Clause for a message: `it exited with code 3`."""
    file: str | None = None
    """Absolute path of the user's file where it ended, if known."""
    line: int | None = None
    """1-based."""
    traceback: str = ""
    """Stack of the thread that died."""
    hint: str = ""
    """The next step, if known."""
    from_outside: bool = False
    """Whether another process probably killed it."""

    @property
    def details(self) -> list[str]:
        """Location, stack and next step, as far as known."""
        place = f"{self.file}:{self.line}" if self.file else ""
        return [text for text in (place, self.traceback, self.hint) if text]

    def to_json(self) -> dict[str, Any]:
        """Return the exit in the form of the event `worker-crashed`."""
        return {
            "status": self.status,
            "reason": self.how,
            "file": self.file,
            "line": self.line,
            "traceback": self.traceback,
            "hint": self.hint,
        }


def describe_exit(
    status: int,
    last_words: str,
    root: str,
    *,
    is_oom: bool,
    reason: str = "",
    hint: str = "",
) -> WorkerExit:
    """Describe the exit of a worker of the unit in `root`.

    `last_words` is the output of faulthandler, `is_oom` whether the kernel killed
    processes because memory ran out, `reason` why the front door killed it, if it did,
    and `hint` the next step then.
    """
    if reason:
        return WorkerExit(status, reason, hint=hint)
    if status == -_SIGKILL:
        if is_oom:
            return WorkerExit(
                status,
                "it ran out of memory: the kernel ended it with SIGKILL",
                hint="Give the machine or its container more memory, or use less.",
            )
        how = "it was ended by SIGKILL, from outside or for lack of memory"
        return WorkerExit(status, how, from_outside=True)
    stack = list(_stack(last_words))
    own = [frame for frame in stack if _is_own(frame.file, root)]
    file, line = (own[0].file, own[0].line) if own else (None, None)
    return WorkerExit(
        status,
        how_ended(status),
        file,
        line,
        _traceback(stack[: stack.index(own[-1]) + 1] if own else stack),
        from_outside=status < 0 and not stack,
    )


def how_ended(status: int) -> str:
    """Describe an exit code or negative signal number."""
    if status >= 0xC0000000:
        name = _CRASHES.get(status, "an exception")
        return f"it was ended by {name} (0x{status:08X})"
    if status >= 0:
        return f"it exited with code {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:  # a real-time signal
        return f"it was ended by signal {-status}"
    text = (signal.strsignal(-status) or "").lower()
    return f"it was ended by {name} ({text})" if text else f"it was ended by {name}"


def oom_kills(root: Path = Path("/")) -> int:
    """Return the number of processes killed because memory ran out.

    Counts those in this process's memory cgroup if available, else those of the whole
    machine; 0 if neither is known.
    """
    for path in _counters(root):
        try:
            text = path.read_text("ascii")
        except (OSError, ValueError):
            continue
        for line in text.splitlines():
            name, _, count = line.partition(" ")
            if name == "oom_kill" and count.isdigit():
                return int(count)
    return 0


def kill_and_wait(pid: int, when_dead: Callable[[], None]) -> None:
    """Kill a process that isn't a child of this one; call back when it is dead."""
    loop = asyncio.get_running_loop()
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        when_dead()
        return
    except (AttributeError, OSError):  # not Linux, or an old one
        _poll(pid, when_dead)
        return

    def is_dead() -> None:
        loop.remove_reader(descriptor)
        os.close(descriptor)
        when_dead()

    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    loop.add_reader(descriptor, is_dead)


def _poll(pid: int, when_dead: Callable[[], None]) -> None:
    try:
        os.kill(pid, _SIGKILL)
    except OSError:
        when_dead()
    else:
        loop = asyncio.get_running_loop()
        loop.call_later(_POLL_SECONDS, _poll, pid, when_dead)


def _counters(root: Path) -> Iterator[Path]:
    groups = root / "sys/fs/cgroup"
    try:
        lines = (root / "proc/self/cgroup").read_text("utf-8").splitlines()
    except (OSError, ValueError):
        lines = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        inside = path.lstrip("/")
        if not controllers:
            yield groups / inside / "memory.events"
        elif "memory" in controllers.split(","):
            yield groups / "memory" / inside / "memory.oom_control"
    yield root / "proc/vmstat"


def _stack(last_words: str) -> Iterator[_Frame]:
    """Yield the user's frames of the thread that died, the innermost first."""
    is_current = False
    found = 0
    for line in last_words.splitlines():
        if not line.startswith("  "):
            if found:
                return
            is_current = line.startswith(("Current thread", "Stack (most recent"))
        elif is_current and (match := _FRAME.match(line)) and found < _MOST_FRAMES:
            found += 1
            name = match["name"] or "?"
            frame = _Frame(
                _unescape(match["file"]), int(match["line"]), _unescape(name)
            )
            if not frame.file.startswith(_OURS):
                yield frame


def _is_own(file: str, root: str) -> bool:
    inside = file.removeprefix(root + os.sep)
    return inside != file and _INSTALLED.isdisjoint(Path(inside).parts)


def _traceback(stack: list[_Frame]) -> str:
    """Format frames like a Python traceback, the innermost last."""
    if not stack:
        return ""
    frames = (f'  File "{x.file}", line {x.line}, in {x.name}' for x in reversed(stack))
    return "\n".join(["Traceback (most recent call last):", *frames])


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[match.lastindex or 0], 16)), text)
