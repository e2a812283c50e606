"""Finds out which user of this machine is at the other end of a connection.

Every user of the machine can connect to a loopback address. The kernel knows whose
process it is: Linux lists the owners of sockets in /proc, Windows has a table of
connections and their processes, and elsewhere `lsof` shows the sockets of the own user
only.
"""

from __future__ import annotations

import ipaddress
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

_End = tuple[str, int]
"""Address and port."""

__all__ = ["is_own_user"]

_LSOF = "/usr/sbin/lsof"
_LSOF_SECONDS = 5.0
_ROOT = 0
"""May read everything anyway; relays connections into virtual machines."""


def is_own_user(connection: socket.socket) -> bool:
    """Return whether a process of this user, or of root, made a local connection.

    Reads files or starts a process, so it must not be called in an event loop.
    """
    try:
        peer, own = _ends(connection)
    except OSError:
        return False
    if not _address(peer[0]).is_loopback:
        return False
    if sys.platform == "win32":
        return _is_of_own_process(peer, own)
    if Path("/proc/net/tcp").exists():
        return _owner(peer, own) in {os.geteuid(), _ROOT}
    return _is_listed(peer[1], own[1])


def _is_of_own_process(peer: _End, own: _End) -> bool:
    from funclens.runner.api import peer_windows  # noqa: PLC0415 - Windows only

    pid = peer_windows.connecting_process(peer, own)
    return pid is not None and peer_windows.is_of_own_user(pid)


def _ends(connection: socket.socket) -> tuple[_End, _End]:
    """Return address and port of both ends. Raises OSError for a closed connection."""
    return connection.getpeername()[:2], connection.getsockname()[:2]


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if address.version == 6 else None
    return mapped or address


def _owner(peer: _End, own: _End) -> int | None:
    """Return the user id of the socket that is bound to `peer`, from Linux's list."""
    ends = [f"{_hex(end[0])}:{end[1]:04X}" for end in (peer, own)]
    for name in ("tcp", "tcp6"):
        try:
            lines = Path(f"/proc/net/{name}").read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if [_short(field) for field in fields[1:3]] == ends:
                return int(fields[7])
    return None


def _hex(text: str) -> str:
    """Return an address as Linux writes it: words in the byte order of the machine."""
    packed = _address(text).packed
    words = [packed[i : i + 4] for i in range(0, len(packed), 4)]
    if sys.byteorder == "little":
        words = [word[::-1] for word in words]
    return b"".join(words).hex().upper()


def _short(field: str) -> str:
    """Return an IPv4 address that is written as an IPv6 one in its own form."""
    address, _, port = field.partition(":")
    mapped = "0000000000000000FFFF0000"
    return f"{address.removeprefix(mapped)}:{port}"


def _is_listed(peer_port: int, own_port: int) -> bool:
    """Return whether `lsof` knows the other end, which means that it is ours."""
    command = [_LSOF, "-nP", f"-iTCP:{peer_port}", "-sTCP:ESTABLISHED", "-Fn"]
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, timeout=_LSOF_SECONDS, text=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    ends = re.compile(rf"n.*:{peer_port}->.*:{own_port}")
    return any(ends.fullmatch(line) for line in done.stdout.splitlines())
