"""What a console can show: colors, and characters outside of its encoding."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["is_styled", "write_any_character"]

_ENABLE_VIRTUAL_TERMINAL = 0x0004
"""Mode of a console of Windows in which it obeys escape sequences."""


def is_styled(
    stream: TextIO,
    environ: Mapping[str, str] = os.environ,
    obeys: Callable[[TextIO], bool] | None = None,
) -> bool:
    """Return whether a stream supports colors.

    FORCE_COLOR and NO_COLOR win (https://force-color.org, https://no-color.org);
    otherwise terminals do, except dumb ones and those for which `obeys` is false.
    """
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    if not stream.isatty() or environ.get("TERM") == "dumb":
        return False
    return (obeys or _obeys_escapes)(stream)


def write_any_character(stream: TextIO, os_name: str = os.name) -> None:
    """Let a stream escape characters that its encoding lacks, instead of failing.

    Programs that read the output expect UTF-8. On Windows, pipes and files have the
    code page of the system, unless PYTHONIOENCODING or PYTHONUTF8 says otherwise.
    """
    if not isinstance(stream, io.TextIOWrapper):
        return
    settings: dict[str, Any] = {"errors": "backslashreplace"}
    if (
        os_name == "nt"
        and not stream.isatty()
        and not os.environ.get("PYTHONIOENCODING")
    ):
        settings["encoding"] = "utf-8"
    stream.reconfigure(**settings)


def _obeys_escapes(stream: TextIO) -> bool:
    """Return whether a terminal obeys escape sequences; on Windows, ask it to."""
    if os.name != "nt":
        return True
    import ctypes  # noqa: PLC0415 - Windows only
    import msvcrt  # noqa: PLC0415

    console = getattr(ctypes, "WinDLL")("kernel32")  # noqa: B009
    mode = ctypes.c_ulong()
    try:
        # Named, because type checkers know the functions of their own system only.
        get_handle = getattr(msvcrt, "get_osfhandle")  # noqa: B009
        handle = ctypes.c_void_p(get_handle(stream.fileno()))
    except (OSError, ValueError):
        return False
    if not console.GetConsoleMode(handle, ctypes.byref(mode)):
        return False
    wanted = mode.value | _ENABLE_VIRTUAL_TERMINAL
    return mode.value == wanted or bool(console.SetConsoleMode(handle, wanted))
