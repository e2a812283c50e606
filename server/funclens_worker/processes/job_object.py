"""A Job Object of Windows: processes that end with it, and it with this process.

https://learn.microsoft.com/en-us/windows/win32/procthread/job-objects
"""

from __future__ import annotations

import ctypes
from ctypes import wintypes
from typing import Any

_EXTENDED_LIMITS = 9
"""JobObjectExtendedLimitInformation."""
_KILL_ON_JOB_CLOSE = 0x2000
_EXIT_CODE = 1


class _BasicLimits(ctypes.Structure):
    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", wintypes.DWORD),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", wintypes.DWORD),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", wintypes.DWORD),
        ("SchedulingClass", wintypes.DWORD),
    )


class _ExtendedLimits(ctypes.Structure):
    _fields_ = (
        ("BasicLimitInformation", _BasicLimits),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


class JobObject:
    """A job without processes. Raises OSError if Windows refuses something."""

    def __init__(self) -> None:
        self._api = _kernel32()
        self._handle: Any = self._api.CreateJobObjectW(None, None)
        self._check(bool(self._handle))
        limits = _ExtendedLimits()
        limits.BasicLimitInformation.LimitFlags = _KILL_ON_JOB_CLOSE
        self._check(
            self._api.SetInformationJobObject(
                wintypes.HANDLE(self._handle),
                _EXTENDED_LIMITS,
                ctypes.byref(limits),
                ctypes.sizeof(limits),
            )
        )

    def add(self, process: int) -> None:
        """Add a process by its handle, and all that it will start."""
        self._check(
            self._api.AssignProcessToJobObject(
                wintypes.HANDLE(self._handle), wintypes.HANDLE(process)
            )
        )

    def terminate(self) -> None:
        """Kill all processes of the job."""
        if self._handle is not None:
            self._api.TerminateJobObject(wintypes.HANDLE(self._handle), _EXIT_CODE)

    def close(self) -> None:
        """Kill all processes of the job, and forget it."""
        handle, self._handle = self._handle, None
        if handle is not None:
            self._api.CloseHandle(wintypes.HANDLE(handle))

    def _check(self, is_done: object) -> None:
        if not is_done:
            raise ctypes.WinError(ctypes.get_last_error())  # type: ignore[attr-defined]


def _kernel32() -> Any:
    api = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]
    api.CreateJobObjectW.restype = wintypes.HANDLE
    return api
