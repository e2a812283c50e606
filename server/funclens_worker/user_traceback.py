"""Turns an exception of the user's code into what a person needs to see of it."""

from __future__ import annotations

import functools
import os
import site
import sys
import traceback
from types import TracebackType
from typing import Iterable, List, Optional, Set, Tuple

from funclens_worker.contract import LoadFailure, Remedy

_PACKAGES = {
    "cloudevents": "cloudevents",
    "firebase_admin": "firebase-admin",
    "firebase_functions": "firebase-functions",
    "flask": "functions-framework",
    "functions_framework": "functions-framework",
    "yaml": "PyYAML",
}
"""Modules of the stack, and the distribution that surely provides each."""

_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep


def load_failure(error: BaseException, root: str) -> LoadFailure:
    """Describe why the module in the folder `root` could not be loaded."""
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
    """Return file and 1-based line of the deepest frame that is the user's own.

    The user's own files are those below `root` that no installer put there. For
    a SyntaxError it is the place of the error. (None, None) when there is none.
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
    """Return the traceback as Python prints it, without the frames of ours."""
    trimmed = _without_ours(error.__traceback__)
    return "".join(traceback.format_exception(type(error), error, trimmed)).rstrip()


def error_summary(error: BaseException) -> str:
    """Return type and message in one line: `ZeroDivisionError: division by zero`."""
    lines = traceback.format_exception_only(type(error), error)
    return lines[-1].strip() if lines else type(error).__name__


def _summary(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"SystemExit: the module called sys.exit({error.code!r}) as it loaded"
    return error_summary(error)


def missing_package(module: str, package: Optional[str]) -> Remedy:
    """Return how to install the distribution that provides a module.

    Without `package`, nothing is proposed: a name guessed from the module's may be
    somebody else's distribution.
    """
    python = sys.executable
    command = (python, "-m", "pip", "install", package) if package else ()
    return Remedy("missing-package", python, module, package, command)


def install_hint(remedy: Remedy) -> str:
    """Return the sentence that tells a person what a remedy tells a program."""
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
    command = (python, "-m", "pip", "install", "-r", requirements)
    return Remedy("missing-requirements", python, module, None, command)


@functools.lru_cache(maxsize=1)
def installed_folders() -> List[str]:
    """Return the folders into which installers put packages, absolute."""
    folders = {*site.getsitepackages(), site.getusersitepackages()}
    return sorted({os.path.abspath(folder) for folder in folders if folder})


def installed_modules(names: Iterable[str]) -> List[str]:
    """Return the names of those loaded modules that an installer put there."""
    folders = tuple(folder + os.sep for folder in installed_folders())
    return [
        name
        for name in names
        if (getattr(sys.modules.get(name), "__file__", None) or "").startswith(folders)
        and name != "__main__"
    ]


def own_files(names: Iterable[str]) -> Set[str]:
    """Return the files of those loaded modules that are the user's, resolved.

    The user's are the ones that neither Python nor an installer put there.
    """
    files = (getattr(sys.modules.get(name), "__file__", None) for name in names)
    return {
        os.path.realpath(file)
        for file in files
        if isinstance(file, str) and is_users_file(file)
    }


def is_users_file(file: str) -> bool:
    """Tell whether a file is not Python's, ours or put there by an installer."""
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
    return kept
