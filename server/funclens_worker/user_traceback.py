"""Converts exceptions of user code to errors with the relevant details."""

from __future__ import annotations

import functools
import importlib.util
import os
import site
import sys
import traceback
from types import TracebackType
from typing import Iterable, List, Optional, Set, Tuple

from funclens_worker.adapters.import_system import is_hook
from funclens_worker.contract import LoadFailure, Remedy

_PACKAGES = {
    "cloudevents": "cloudevents",
    "firebase_admin": "firebase-admin",
    "firebase_functions": "firebase-functions",
    "flask": "functions-framework",
    "functions_framework": "functions-framework",
    "yaml": "PyYAML",
}
"""Modules of the web stack, and the distribution that provides each."""

MOST_TRACEBACK = 60_000
"""Maximum number of characters of a traceback, about."""
MOST_SUMMARY = 4_000

_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep


def load_failure(error: BaseException, root: str) -> LoadFailure:
    """Describe why the module in the folder `root` failed to load."""
    file, line = user_place(error, root)
    remedy = _remedy(error, root)
    return LoadFailure(
        error=_summary(error),
        file=file,
        line=line,
        traceback=user_traceback(error),
        hint=install_hint(remedy) if remedy else "",
        remedy=remedy,
    )


def user_place(error: BaseException, root: str) -> Tuple[Optional[str], Optional[int]]:
    """Return file and 1-based line of the innermost frame in user code.

    User code is below `root` and not installed by a package manager. For a
    SyntaxError, it is the position of the error. (None, None) if there is none.
    """
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return os.path.abspath(error.filename), error.lineno
    own: Optional[Tuple[str, int]] = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        file = os.path.abspath(frame.f_code.co_filename)
        if _is_own(file, root):
            own = (file, line)
    return own or (None, None)


def user_traceback(error: BaseException) -> str:
    """Return the traceback as Python prints it, without the worker's frames."""
    trimmed = trimmed_traceback(error)
    lines = traceback.format_exception(type(error), error, trimmed)
    return _shortened("".join(lines).rstrip())


def trimmed_traceback(error: BaseException) -> Optional[TracebackType]:
    """Return the traceback of an exception without the worker's frames."""
    return _without_ours(error.__traceback__)


def error_summary(error: BaseException) -> str:
    """Return type and message in one line: `ZeroDivisionError: division by zero`."""
    lines = traceback.format_exception_only(type(error), error)
    summary = lines[-1].strip() if lines else type(error).__name__
    return summary if len(summary) <= MOST_SUMMARY else summary[:MOST_SUMMARY] + "…"


def _shortened(text: str) -> str:
    """Leave out the middle of a traceback: an exception may have any message."""
    if len(text) <= MOST_TRACEBACK:
        return text
    half = MOST_TRACEBACK // 2
    missing = len(text) - 2 * half
    return f"{text[:half]}\n… {missing:,} characters …\n{text[-half:]}"


def _summary(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"SystemExit: the module called sys.exit({error.code!r}) as it loaded"
    return error_summary(error)


def missing_package(module: str, package: Optional[str]) -> Remedy:
    """Return how to install the distribution that provides a module.

    Without `package`, there is no command: a distribution with the module's name may
    be an unrelated one.
    """
    python = sys.executable
    command = (*_installer(python), package) if package else ()
    return Remedy("missing-package", python, module, package, command)


def _installer(python: str) -> Tuple[str, ...]:
    """Return the command that installs; environments that uv makes have no pip."""
    if importlib.util.find_spec("pip") is None:
        return ("uv", "pip", "install", "--python", python)
    return (python, "-m", "pip", "install")


def install_hint(remedy: Remedy) -> str:
    """Return the hint for a remedy."""
    if not remedy.command:
        return (
            f"Install the package that provides {remedy.module} "
            f"for: {remedy.interpreter}"
        )
    what = "it" if remedy.package else "what it needs"
    return f"Install {what}: {' '.join(remedy.command)}"


def _remedy(error: BaseException, root: str) -> Optional[Remedy]:
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return None
    module = error.name.partition(".")[0]
    requirements = os.path.join(root, "requirements.txt")
    if not os.path.exists(requirements):
        return missing_package(module, _PACKAGES.get(module))
    python = sys.executable
    command = (*_installer(python), "-r", requirements)
    return Remedy("missing-requirements", python, module, None, command)


@functools.lru_cache(maxsize=1)
def installed_folders() -> List[str]:
    """Return the absolute folders where packages are installed."""
    folders = {*site.getsitepackages(), site.getusersitepackages()}
    return sorted({os.path.abspath(folder) for folder in folders if folder})


def installed_modules(names: Iterable[str]) -> List[str]:
    """Return the names of loaded modules that belong to installed packages."""
    folders = tuple(folder + os.sep for folder in installed_folders())
    return [
        name
        for name in names
        if (getattr(sys.modules.get(name), "__file__", None) or "").startswith(folders)
        and name != "__main__"
    ]


def own_files(names: Iterable[str]) -> Set[str]:
    """Return the resolved files of loaded modules that are user code.

    User code belongs neither to Python nor to an installed package.
    """
    files = (getattr(sys.modules.get(name), "__file__", None) for name in names)
    return {
        os.path.realpath(file)
        for file in files
        if isinstance(file, str) and is_users_file(file)
    }


def is_users_file(file: str) -> bool:
    """Return whether a file belongs to the user, not to Python or a package."""
    return not os.path.abspath(file).startswith((*_foreign_folders(), _OURS))


@functools.lru_cache(maxsize=1)
def _foreign_folders() -> List[str]:
    folders = [*installed_folders(), os.path.dirname(os.__file__)]
    return [os.path.abspath(folder) + os.sep for folder in folders if folder]


def _is_own(file: str, root: str) -> bool:
    inside = file.startswith(os.path.abspath(root) + os.sep)
    return inside and not file.startswith(tuple(_foreign_folders()))


def _without_ours(trace: Optional[TracebackType]) -> Optional[TracebackType]:
    kept = trace
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(_OURS):
            kept = trace.tb_next
        trace = trace.tb_next
    while kept is not None and kept.tb_frame.f_code.co_filename.startswith("<frozen "):
        kept = kept.tb_next
    trace = kept
    while trace is not None:
        while trace.tb_next is not None and is_hook(trace.tb_next.tb_frame.f_code):
            trace.tb_next = trace.tb_next.tb_next
        trace = trace.tb_next
    return kept
