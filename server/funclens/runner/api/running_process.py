"""Finds out whether a process runs, by its id, without touching it."""

from __future__ import annotations

import os
import sys

__all__ = ["is_running"]

_QUERY = 0x1000
"""PROCESS_QUERY_LIMITED_INFORMATION: granted for processes of other users, too."""
_STILL_ACTIVE = 259
_ACCESS_DENIED = 5


def is_running(pid: int) -> bool:
    """Return whether a process with that id runs; True for those of other users."""
    if pid <= 0:
        return False
    if sys.platform == "win32":  # where `os.kill` with 0 would send Ctrl+C
        return _is_active(pid)
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # it is somebody else's
        return True
    return True


def _is_active(pid: int) -> bool:
    import ctypes  # noqa: PLC0415 - Windows only

    kernel = getattr(ctypes, "WinDLL")("kernel32", use_last_error=True)  # noqa: B009
    kernel.OpenProcess.restype = ctypes.c_void_p
    process = kernel.OpenProcess(_QUERY, False, pid & 0xFFFF_FFFF)
    if not process:
        return bool(getattr(ctypes, "get_last_error")() == _ACCESS_DENIED)  # noqa: B009
    code = ctypes.c_ulong()
    handle = ctypes.c_void_p(process)
    try:
        known = kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        return bool(known and code.value == _STILL_ACTIVE)
    finally:
        kernel.CloseHandle(handle)
