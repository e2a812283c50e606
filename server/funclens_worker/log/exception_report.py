"""Describes an exception of user code with its frames and their variables."""

from __future__ import annotations

import inspect
import linecache
import os
import traceback
from types import FrameType
from typing import Any, Dict, List

from funclens_worker.log.safe_repr import class_name, safe_repr
from funclens_worker.user_traceback import is_users_file, trimmed_traceback

_FIRST_FRAMES = 10
_LAST_FRAMES = 40
_MOST_VARIABLES = 50
"""Per frame."""
_MOST_CHARACTERS = 60_000
"""Of all variables together."""
_MOST_SOURCE = 300
_MOST_MESSAGE = 10_000


def exception_report(error: BaseException) -> Dict[str, Any]:
    """Return type, message and frames, outermost first.

    No user code is run, except the exception's `__str__`, which logging runs, too.
    """
    found = [*traceback.walk_tb(trimmed_traceback(error))]
    if len(found) > _FIRST_FRAMES + _LAST_FRAMES:
        found = found[:_FIRST_FRAMES] + found[-_LAST_FRAMES:]
    kind = type(error)
    module = kind.__module__
    is_short = module in ("builtins", "__main__")
    return {
        "type": class_name(kind) if is_short else f"{module}.{class_name(kind)}",
        "message": _message(error),
        "frames": _frames(found),
    }


def _frames(found: List[Any]) -> List[Dict[str, Any]]:
    """Describe frames; the innermost ones keep their variables if there are many."""
    left = _MOST_CHARACTERS
    frames: List[Dict[str, Any]] = []
    for frame, line in reversed(found):
        name = frame.f_code.co_filename
        is_real = not name.startswith("<")
        file = os.path.abspath(name) if is_real else name
        is_user = is_real and is_users_file(file)
        shown: Dict[str, Any] = {
            "file": file,
            "line": line,
            "function": frame.f_code.co_name,
            "source": linecache.getline(file, line).strip()[:_MOST_SOURCE],
            "is_user": is_user,
        }
        if is_user:
            shown["locals"] = variables = _variables(frame) if left > 0 else {}
            left -= sum(map(len, variables.values()))
        frames.append(shown)
    frames.reverse()
    return frames


def _variables(frame: FrameType) -> Dict[str, str]:
    """Return the variables of a function; the body of a class may run user code."""
    if not frame.f_code.co_flags & inspect.CO_OPTIMIZED:
        return {}
    values = [*frame.f_locals.items()][:_MOST_VARIABLES]
    return {name: safe_repr(value) for name, value in values}


def _message(error: BaseException) -> str:
    try:
        return str(error)[:_MOST_MESSAGE]
    except Exception:  # noqa: BLE001 - of the user's `__str__`
        return ""
