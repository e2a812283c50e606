"""Hooks into Python's import system, without a trace in what user code sees.

`importlib._bootstrap._find_and_load` is called for every module that is not loaded,
as C's `-X importtime` is (`import_find_and_load` in import.c of Python 3.9 to 3.14).
Import statements for loaded modules only reach `builtins.__import__`.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import sys
from types import CodeType
from typing import Any, Callable, Mapping, Optional, Sequence

_bootstrap: Any = importlib._bootstrap  # noqa: SLF001
_FILE = "<frozen importlib._bootstrap>"
"""Python leaves frames of this file out of tracebacks and warnings."""


class ImportHooks:
    """Calls functions before and after each import, until it is removed."""

    def __init__(
        self,
        begin: Callable[[str], int],
        end: Callable[..., None],
        meet: Callable[[str], None],
    ) -> None:
        """`begin` returns what `end` is given; `meet` gets each loaded module."""
        self._begin = begin
        self._end = end
        self._meet = meet
        self._find_and_load: Any = None
        self._import: Any = None
        """The hooks, while they are installed."""

    def time_imports(self) -> None:
        """Call `begin` and `end` for each module that is loaded."""
        if hasattr(_bootstrap, "_find_and_load"):
            self._find_and_load = self._timed(_bootstrap._find_and_load)  # noqa: SLF001
            _bootstrap._find_and_load = self._find_and_load  # noqa: SLF001

    def note_imports(self) -> None:
        """Call `meet` for each import of a module that is loaded."""
        self._import = self._noted(builtins.__import__)
        builtins.__import__ = self._import

    def remove(self) -> None:
        """Restore what was there, unless somebody else has replaced it since."""
        if self._find_and_load is not None:
            if _bootstrap._find_and_load is self._find_and_load:  # noqa: SLF001
                _bootstrap._find_and_load = self._find_and_load.__wrapped__  # noqa: SLF001
            self._find_and_load = None
        if self._import is not None:
            current: Any = builtins.__import__
            if current is self._import:
                builtins.__import__ = current.__wrapped__
            self._import = None

    def _timed(self, original: Any) -> Any:
        def _find_and_load(name: str, import_: Any) -> Any:
            if self._find_and_load is None:
                return original(name, import_)
            if name in sys.modules:  # importlib.import_module
                self._meet(name)
                return original(name, import_)
            token = self._begin(name)
            try:
                module = original(name, import_)
            except BaseException as error:
                self._end(token, is_loaded=False)
                _leave_out_frame(error)
                raise
            self._end(token, is_loaded=True)
            return module

        return _hidden(_find_and_load, original)

    def _noted(self, original: Any) -> Any:
        def note(name: Any, namespace: Any, items: Any, level: Any) -> None:
            with contextlib.suppress(Exception):  # `original` will say what is wrong
                full = _absolute(name, namespace, level)
                if full in sys.modules:
                    self._meet(full)
                    for item in items or ():
                        self._meet(f"{full}.{item}")

        def __import__(  # noqa: A001, N807
            name: str,
            globals: Optional[Mapping[str, Any]] = None,  # noqa: A002
            locals: Optional[Mapping[str, Any]] = None,  # noqa: A002
            fromlist: Optional[Sequence[str]] = (),
            level: int = 0,
        ) -> Any:
            try:
                if self._import is not None:
                    note(name, globals, fromlist, level)
                return original(name, globals, locals, fromlist, level)
            except BaseException as error:
                _leave_out_frame(error)
                raise

        return _hidden(__import__, original)


def is_hook(code: CodeType) -> bool:
    """Return whether a frame is of the hook that Python itself never leaves out."""
    return code.co_filename == _FILE and code.co_name == "__import__"


def _absolute(name: str, namespace: Optional[Mapping[str, Any]], level: int) -> str:
    if not level or not namespace:
        return name
    package = namespace.get("__package__")
    if not isinstance(package, str):
        package = str(namespace.get("__name__", "")).rpartition(".")[0]
    base = package.rsplit(".", level - 1)[0] if level > 1 else package
    return f"{base}.{name}" if name else base


def _hidden(hook: Any, original: Any) -> Any:
    """Return the hook as a function of the import system."""
    hook.__code__ = hook.__code__.replace(co_filename=_FILE)
    hook.__wrapped__ = original
    return hook


def _leave_out_frame(error: BaseException) -> None:
    """Take the calling frame out of the traceback; before 3.11, `raise` adds it."""
    trace = error.__traceback__
    if trace is not None:
        error.__traceback__ = trace.tb_next
