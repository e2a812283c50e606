"""Imports the third-party packages of a zygote, in a fork that can be thrown away.

Importing a package may have any effect: start threads, hang, end the process. So a
child imports them, and becomes the zygote if everything is fine after each of them.
Otherwise, each package is tried in a fork of the process with the good ones before it,
and a second child imports only those. Every package counts as a whole: one that is left
out costs its import in each worker, as without a zygote.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import select
import signal
import sys
import time
import warnings
from typing import AbstractSet, Dict, Iterable, Iterator, List, Set

from funclens_worker.processes.process_state import ProcessState
from funclens_worker.processes.process_tree import (
    become_subreaper,
    die_with_parent,
    kill_all,
)

PACKAGE_SECONDS = 30.0
"""Maximum seconds for importing one package."""

BUDGET_SECONDS = 120.0
"""Maximum seconds for finding out which packages can be preloaded."""

_GOOD = b"+"

Packages = Dict[str, List[str]]
"""Maps packages to the names of their modules, the package itself first."""


def preload(
    names: Iterable[str],
    refused: Iterable[str],
    package_seconds: float = PACKAGE_SECONDS,
    budget_seconds: float = BUDGET_SECONDS,
) -> Set[str]:
    """Import modules by name, except those of `refused` packages.

    Returns the packages that were not imported, in the process that has imported the
    others: a child of this one, which waits for the child and then exits, or this
    process if there is nothing to import. Must be called with one thread.
    """
    become_subreaper()
    packages = by_package(names)
    out = set(refused) & set(packages)
    is_tried = False
    while wanted := {k: v for k, v in packages.items() if k not in out}:
        read, write = os.pipe()
        parent, head = os.getpid(), os.fork()
        if head == 0:
            die_with_parent(parent)
            os.close(read)
            _import_or_exit(wanted, write)
            os.close(write)
            return out
        os.close(write)
        if _succeeds(read, head, len(wanted), package_seconds):
            _wait_for(head)
        kill_all()
        if is_tried:
            return out | set(wanted)
        out |= set(wanted) - _try_each(wanted, package_seconds, budget_seconds)
        is_tried = True
    return out


def by_package(names: Iterable[str]) -> Packages:
    """Group modules by their outermost package in the list.

    For a namespace package such as `google`, which isn't in it, that is a package
    inside it.
    """
    packages: Packages = {}
    known = set(names)
    for name in sorted(known):
        parts = name.split(".")
        prefixes = (".".join(parts[: i + 1]) for i in range(len(parts)))
        first = next(prefix for prefix in prefixes if prefix in known)
        packages.setdefault(first, []).append(name)
    return packages


def package_of(name: str, packages: AbstractSet[str]) -> bool:
    """Return whether a module belongs to one of the packages."""
    parts = name.split(".")
    return any(".".join(parts[: i + 1]) in packages for i in range(len(parts)))


def imports_safely(modules: Iterable[str]) -> bool:
    """Import the modules of a package; return whether this process can still be forked.

    False also if a package prints something, because each worker must print it itself.
    """
    before = ProcessState.read()
    with _output_counted() as output:
        try:
            for name in modules:
                _import(name)
        except BaseException:  # noqa: BLE001 - its worker will report it
            return False
    return not output and ProcessState.read() == before


def _import(name: str) -> None:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        # Some packages create modules that no finder finds.


def _import_or_exit(packages: Packages, progress: int) -> None:
    """Import packages one by one and report each; exit at the first unsafe one."""
    me = os.getpid()
    for modules in packages.values():
        if not imports_safely(modules) or os.getpid() != me:
            os._exit(1)
        os.write(progress, _GOOD)


def _try_each(packages: Packages, package_seconds: float, budget: float) -> Set[str]:
    """Return the packages that can be imported safely, importing each once.

    The child that has imported one is the parent of those that try the next.
    """
    read, write = os.pipe()
    first = os.fork()
    if first == 0:
        try:
            os.close(read)
            _try_from_here(packages, write, package_seconds)
        finally:
            os._exit(0)
    os.close(write)
    end = time.monotonic() + budget
    data = b""
    with os.fdopen(read, "rb", buffering=0) as file:
        part = b"\n"
        while part and _hears(read, first, end - time.monotonic()):
            part = file.read(4096)
            data += part
    kill_all()
    return set(data.decode().splitlines()) & set(packages)


def _try_from_here(packages: Packages, report: int, seconds: float) -> None:
    for name, modules in packages.items():
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            me = os.getpid()
            if not imports_safely(modules) or os.getpid() != me:
                os._exit(1)
            os.write(report, name.encode() + b"\n")
            os.write(write, _GOOD)
            os.close(write)
            continue
        os.close(write)
        is_good = _succeeds(read, child, 1, seconds)
        if not is_good:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)  # a good one continues with the others
        if is_good:
            return


def _succeeds(progress: int, child: int, count: int, seconds: float) -> bool:
    """Wait for a child's progress, at most `seconds` for each step."""
    with os.fdopen(progress, "rb", buffering=0) as file:
        for _ in range(count):
            if not _hears(progress, child, seconds) or file.read(1) != _GOOD:
                return False
    return True


def _hears(descriptor: int, child: int, seconds: float) -> bool:
    """Wait until there is something to read; return False if the child ends first.

    The child's own children may keep the other end of a pipe open.
    """
    ends = []
    with contextlib.suppress(AttributeError, OSError):  # Linux before 5.3
        ends = [os.pidfd_open(child)]
    try:
        ready = select.select([descriptor, *ends], [], [], max(seconds, 0.0))[0]
        if descriptor not in ready and ready:  # its last word may have come between
            ready = select.select([descriptor], [], [], 0.0)[0]
        return descriptor in ready
    finally:
        for end in ends:
            os.close(end)


def _wait_for(head: int) -> None:
    """Wait for the zygote and exit with its status. No return."""
    while True:
        pid, status = os.wait()
        if pid == head:
            os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 70)


@contextlib.contextmanager
def _output_counted() -> Iterator[List[int]]:
    """Suppress output during the block; append its length to the list, if any.

    Warnings don't count: forked workers don't print them again.
    """
    size: List[int] = []
    kept = {number: os.dup(number) for number in (1, 2)}
    memory = os.memfd_create("output")
    show = warnings.showwarning
    quiet = warnings.showwarning = _show_nothing
    try:
        for number in kept:
            os.dup2(memory, number)
        yield size
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        for number, copy in kept.items():
            os.dup2(copy, number)
            os.close(copy)
        if warnings.showwarning is quiet:
            warnings.showwarning = show
        if os.fstat(memory).st_size:
            size.append(os.fstat(memory).st_size)
        os.close(memory)


def _show_nothing(*_args: object, **_options: object) -> None:
    return
