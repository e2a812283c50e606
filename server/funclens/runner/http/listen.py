"""Bind the listening socket of a runner."""

from __future__ import annotations

import errno
import socket

from funclens.errors import PortInUseError, RunnerError

__all__ = ["bind"]


_OPTION: int = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
"""On Windows, SO_REUSEADDR would share the port with another program."""


def bind(host: str, port: int, *, search: int = 0) -> socket.socket:
    """Return a non-blocking listening socket.

    If `port` is in use, the next `search` ports are tried, then any free one. Raises
    PortInUseError if none is available, RunnerError for an invalid host.
    """
    candidates = [port, *range(port + 1, port + search + 1), *([0] if search else [])]
    for candidate in candidates:
        try:
            listener = _listen(host, candidate)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise RunnerError(
                    f"cannot listen on '{host}': {error.strerror}",
                    hint="127.0.0.1 is for this machine only, 0.0.0.0 for the network",
                ) from error
            continue
        listener.setblocking(False)
        return listener
    raise PortInUseError(
        f"port {port} is already in use",
        hint="pass another --port, or leave it out to use the next free port",
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, _OPTION, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener
