"""Finds the owner of a local connection on Windows, from the system's table."""

from __future__ import annotations

import ctypes
import ipaddress
import socket
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    _End = tuple[str, int]

__all__ = ["connecting_process", "is_of_own_user", "process_in_table"]

_CONNECTIONS = 4
"""TCP_TABLE_OWNER_PID_CONNECTIONS"""
_TOO_SMALL = 122
_ATTEMPTS = 8
"""Maximum number of tries to read a table that grows meanwhile."""
_FAMILIES = {socket.AF_INET: ("IIIIII", 24), socket.AF_INET6: ("16sII16sIIII", 56)}
_QUERY = 0x1000
_TOKEN_QUERY = 8
_TOKEN_USER = 1


def connecting_process(peer: _End, own: _End) -> int | None:
    """Return the id of the process at the other end of a local connection."""
    for family in _FAMILIES:
        pid = process_in_table(_table(family), family, peer, own)
        if pid is not None:
            return pid
    return None


def process_in_table(
    table: bytes, family: socket.AddressFamily, peer: _End, own: _End
) -> int | None:
    """Return the process whose connection goes from `peer` to `own`.

    `table` is a MIB_TCPTABLE_OWNER_PID or MIB_TCP6TABLE_OWNER_PID.
    """
    wanted = (_address(peer[0]), peer[1]), (_address(own[0]), own[1])
    for local, remote, pid in _rows(table, family):
        if (local, remote) == wanted:
            return pid
    return None


def _rows(table: bytes, family: socket.AddressFamily) -> Iterator[tuple[Any, Any, int]]:
    form, size = _FAMILIES[family]
    if len(table) < 4:
        return
    (count,) = struct.unpack_from("<I", table)
    for at in range(4, min(len(table) - size, 4 + (count - 1) * size) + 1, size):
        fields = struct.unpack_from(f"<{form}", table, at)
        if family == socket.AF_INET:
            _, local, local_port, remote, remote_port, pid = fields
            local, remote = struct.pack("<I", local), struct.pack("<I", remote)
        else:
            local, _, local_port, remote, _, remote_port, _, pid = fields
        yield _end(local, local_port), _end(remote, remote_port), pid


def _end(packed: bytes, port: int) -> tuple[object, int]:
    """Return an end; the port is in network byte order, in a larger number."""
    return _plain(ipaddress.ip_address(packed)), socket.ntohs(port & 0xFFFF)


def _address(text: str) -> object:
    return _plain(ipaddress.ip_address(text.partition("%")[0]))


def _plain(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> object:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _table(family: socket.AddressFamily) -> bytes:
    helper = getattr(ctypes, "WinDLL")("iphlpapi")  # noqa: B009 - Windows only
    size = ctypes.c_ulong(0)
    data = ctypes.create_string_buffer(0)
    for _ in range(_ATTEMPTS):
        result = helper.GetExtendedTcpTable(
            data, ctypes.byref(size), False, int(family), _CONNECTIONS, 0
        )
        if result != _TOO_SMALL:
            return data.raw if result == 0 else b""
        data = ctypes.create_string_buffer(size.value)
    return b""


def is_of_own_user(pid: int) -> bool:
    """Return whether a process belongs to the user of this process."""
    user = _user(pid)
    return user is not None and user == _user(None)


def _user(pid: int | None) -> bytes | None:
    """Return the security identifier of a process's user; None if it is secret."""
    kernel = getattr(ctypes, "WinDLL")("kernel32")  # noqa: B009 - Windows only
    rights = getattr(ctypes, "WinDLL")("advapi32")  # noqa: B009
    kernel.OpenProcess.restype = kernel.GetCurrentProcess.restype = ctypes.c_void_p
    opened = (
        kernel.GetCurrentProcess()
        if pid is None
        else kernel.OpenProcess(_QUERY, False, pid)
    )
    if not opened:
        return None
    process = ctypes.c_void_p(opened)
    token = ctypes.c_void_p()
    try:
        if not rights.OpenProcessToken(process, _TOKEN_QUERY, ctypes.byref(token)):
            return None
        data = ctypes.create_string_buffer(256)
        size = ctypes.c_ulong()
        if not rights.GetTokenInformation(
            token, _TOKEN_USER, data, len(data), ctypes.byref(size)
        ):
            return None
        # A TOKEN_USER: the address of the identifier, which follows in the buffer.
        where = ctypes.c_void_p.from_buffer(data).value or 0
        start = where - ctypes.addressof(data)
        return data.raw[start : start + 8 + 4 * data.raw[start + 1]]
    finally:
        if token:
            kernel.CloseHandle(token)
        if pid is not None:
            kernel.CloseHandle(process)
