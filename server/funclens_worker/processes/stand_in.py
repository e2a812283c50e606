"""Lets a fork of the command line become the first zygote, if that is equivalent.

An executed interpreter needs 30 ms to get as far as the command line is when its
launcher is forked. A fork is as good if the executed interpreter would be the same
program with the same options and variables, and find the same modules.
"""

from __future__ import annotations

import io
import os
import sys
import types
from typing import Dict, Mapping, Sequence, TextIO

from funclens_worker import launch as script

_MAY_DIFFER = frozenset({"PATH", "VIRTUAL_ENV"})
"""Variables that don't affect an interpreter after its start."""


def own_folder() -> str:
    """Return what Python put first on `sys.path` for this program.

    Empty if it was started with options, or if `sys.path` was changed.
    """
    words = sys.orig_argv[1:]  # type: ignore[attr-defined,unused-ignore]  # 3.10
    if words[:2] == ["-m", "funclens"]:
        folder = os.getcwd()
    elif words and os.path.basename(words[0]) == "funclens":
        folder = os.path.dirname(os.path.realpath(words[0]))
    else:
        return ""
    return folder if sys.path and sys.path[0] == folder else ""


def can_stand_in() -> bool:
    """Return whether this process was started like an interpreter without options.

    False where there are no zygotes.
    """
    if not sys.platform.startswith("linux"):
        return False
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return own_folder() != "" and all(map(_is_buffered, streams))


def stands_in(argv: Sequence[str], env: Mapping[str, str]) -> bool:
    """Return whether a fork of this process is equivalent to the zygote of a launch."""
    mine = [sys.executable, os.path.realpath(script.__file__), "zygote"]
    return [*argv] == mine and _deciding(env) == _deciding(os.environ)


def serve_as_zygote(channel: int, own_folder: str) -> int:
    """Become the zygote, and possibly one of its workers; return the exit code."""
    from funclens_worker.processes import zygote

    script.make_room(own_folder)
    _forget_command_line()
    _open_streams()
    descriptor = zygote.run(channel)

    from funclens_worker.main import run

    return run(descriptor)


def _deciding(env: Mapping[str, str]) -> Dict[str, str]:
    return {name: value for name, value in env.items() if name not in _MAY_DIFFER}


def _forget_command_line() -> None:
    """Unload modules that the unit's interpreter wouldn't have loaded."""
    for name in list(sys.modules):
        if name.partition(".")[0] == "funclens":
            del sys.modules[name]
    main = types.ModuleType("__main__")
    main.__file__ = script.__file__
    sys.modules["__main__"] = main


def _is_buffered(stream: TextIO) -> bool:
    """Return whether a stream is as Python creates it without options."""
    return isinstance(stream, io.TextIOWrapper) and isinstance(
        stream.buffer, (io.BufferedReader, io.BufferedWriter)
    )


def _open_streams() -> None:
    """Reopen the standard streams; the old ones belong to the command's terminal."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = _stream(getattr(sys, name), number, "w" if number else "r")
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _stream(old: TextIO, descriptor: int, mode: str) -> TextIO:
    """Return a stream as Python creates it (`create_stdio` in pylifecycle.c)."""
    raw = io.FileIO(descriptor, mode, closefd=False)
    raw.name = old.name
    buffer = io.BufferedReader(raw) if mode == "r" else io.BufferedWriter(raw)
    stream = io.TextIOWrapper(
        buffer,
        encoding=old.encoding,
        errors=old.errors,
        newline="\n",
        line_buffering=descriptor == 2,
    )
    stream.mode = mode  # type: ignore[misc]  # as Python does
    return stream
