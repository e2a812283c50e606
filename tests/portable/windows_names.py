"""Imports every module as Windows would: without what only Unix has.

Used as a script. It can't show what Windows' own modules do, only that nothing needs
those that are missing there.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.abc
import os
import pathlib
import pkgutil
import select
import signal
import socket
import sys
import traceback
import types

MISSING_MODULES = {
    *("fcntl", "grp", "posix", "pty", "pwd", "resource", "termios", "tty", "syslog"),
    *("_posixsubprocess", "readline"),
}
MISSING = {
    os: (
        *("fork", "forkpty", "getpgid", "getpgrp", "getuid", "geteuid", "killpg"),
        *(
            "memfd_create",
            "mkfifo",
            "pidfd_open",
            "posix_spawn",
            "pread",
            "register_at_fork",
        ),
        *("setpgid", "setsid", "sysconf", "uname", "wait", "waitid", "wait3", "wait4"),
        *("WIFSIGNALED", "WEXITSTATUS", "WTERMSIG", "WNOHANG", "P_PID", "O_NONBLOCK"),
        *("sched_getaffinity", "getloadavg", "fchmod", "fchown", "chown", "ttyname"),
    ),
    signal: (
        *("SIGKILL", "SIGHUP", "SIGCHLD", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGPIPE"),
        *("SIGALRM", "SIGSTOP", "SIGCONT", "SIGTSTP", "SIGWINCH", "SIGIO"),
        *("pthread_sigmask", "setitimer", "ITIMER_REAL", "sigwait", "alarm", "pause"),
    ),
    socket: (
        *("AF_UNIX", "SCM_RIGHTS", "CMSG_SPACE", "CMSG_LEN", "send_fds", "recv_fds"),
        *("MSG_DONTWAIT", "MSG_CMSG_CLOEXEC", "TCP_INFO"),
    ),
    select: ("poll", "epoll"),
    asyncio: ("ThreadedChildWatcher", "PidfdChildWatcher"),
}
"""What these modules lack on Windows."""


class _Missing(importlib.abc.MetaPathFinder):
    """Refuses the modules that Windows lacks."""

    def find_spec(self, fullname, _path=None, _target=None):
        if fullname in MISSING_MODULES:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def load_first(names):
    """Load what reads the platform itself: the standard library, and packages."""
    library = "ctypes subprocess tempfile shutil http.server sqlite3 uuid webbrowser"
    more = "concurrent.futures logging.handlers multiprocessing.connection mmap getpass"
    rest = "platform zipfile xml.dom.minidom unittest.mock ssl"
    for name in (*library.split(), *more.split(), *rest.split(), *names):
        importlib.import_module(name)


def become_windows():
    """Take away what Windows lacks."""
    sys.meta_path.insert(0, _Missing())
    for name in MISSING_MODULES:
        sys.modules.pop(name, None)
    for module, names in MISSING.items():
        for name in names:
            vars(module).pop(name, None)
    sys.platform = "win32"
    os.name = "nt"
    pathlib.WindowsPath = pathlib.PosixPath
    sys.modules["_winapi"] = types.ModuleType("_winapi")


def modules_of(package):
    """Yield the names of all modules of a package but `__main__`."""
    found = importlib.import_module(package)
    yield package
    for item in pkgutil.walk_packages(found.__path__, f"{package}."):
        if not item.name.endswith("__main__"):
            yield item.name


def main():
    """Import a package; print a line for each module that can't be imported."""
    load_first(sys.argv[2:])
    become_windows()
    for name in modules_of(sys.argv[1]):
        try:
            importlib.import_module(name)
        except BaseException as error:  # noqa: BLE001, PERF203 - whatever it is, it is told
            frames = traceback.extract_tb(error.__traceback__)
            ours = [item for item in frames if "/server/" in item.filename][-1]
            where = f"{ours.filename.partition('/server/')[2]}:{ours.lineno}"
            print(f"{name}: {type(error).__name__}: {error} ({where})")  # noqa: T201


if __name__ == "__main__":
    main()
