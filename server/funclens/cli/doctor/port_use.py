"""Whether a runner can have its port, and who has it."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.cli.doctor.finding import Finding
from funclens.errors import FunclensError
from funclens.runner.http.listen import bind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from funclens.runner.api.registry import RunnerAddress
    from funclens.settings import Settings

__all__ = ["ports", "ports_of_folders"]

_MOST_PROCESSES = 20_000


def ports_of_folders(
    settings: Mapping[str, Settings], runners: list[RunnerAddress]
) -> Iterator[Finding]:
    """Yield a finding for each address in the settings of folders."""
    wanted: dict[tuple[str, int], list[str]] = {}
    for folder, known in settings.items():
        wanted.setdefault((known.host, known.port), []).append(folder)
    for host, port in wanted:
        yield from ports(host, port, runners)
    if len(wanted) > 1:
        [first, *_] = wanted.values()
        others = ", ".join(
            f"{port} of {names[0]}" for (_, port), names in wanted.items()
        )
        yield Finding(
            "ports",
            "note",
            f"the folders have different ports: {others}",
            f"`funclens run` with all of them takes that of the first, {first[0]}; "
            "pass --port for another one",
        )


def ports(host: str, port: int, runners: list[RunnerAddress]) -> Iterator[Finding]:
    """Yield a finding for the port in the settings; `runners` may have it."""
    own = next((it for it in runners if it.url.endswith(f":{port}")), None)
    if own is not None:
        text = f"port {port}: the runner of {', '.join(own.folders) or 'this folder'}"
        text += f", process {own.pid}"
        yield Finding("port", "ok", text)
        return
    try:
        bind(host, port).close()
    except FunclensError as error:
        owner = _owner(port)
        if not _is_in_use(host, port):
            yield Finding("port", "problem", str(error), error.hint)
            return
        yield Finding(
            "port",
            "note",
            f"port {port} is in use{f' by {owner}' if owner else ''}",
            "`funclens run` takes the next free port; pass --port for a certain one",
        )
        return
    yield Finding("port", "ok", f"port {port} is free")


def _is_in_use(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as client:
        client.settimeout(1)
        return client.connect_ex((host, port)) == 0


def _owner(port: int) -> str:
    """Return the name and pid of the process that listens on a port, on Linux.

    Empty if it can't be found, such as for processes of other users.
    """
    inodes = {
        inode
        for name in ("tcp", "tcp6")
        for inode in _listeners(f"/proc/net/{name}", port)
    }
    wanted = {f"socket:[{inode}]" for inode in inodes}
    found = (pid for pid in (_pids() if wanted else ()) if wanted & _open_in(pid))
    pid = next(found, "")
    return f"{_command(pid)} (process {pid})" if pid else ""


def _open_in(pid: str) -> set[str]:
    """Return what a process has open; nothing if that is another user's."""
    try:
        names = os.listdir(f"/proc/{pid}/fd")  # noqa: PTH208 - names are enough
    except OSError:
        return set()
    return {_target(f"/proc/{pid}/fd/{name}") for name in names}


def _command(pid: str) -> str:
    try:
        text = Path(f"/proc/{pid}/comm").read_text("utf-8", "replace")
    except OSError:
        return "a process"
    return text.strip()


def _pids() -> list[str]:
    try:
        names = os.listdir("/proc")  # noqa: PTH208
    except OSError:
        return []
    return [name for name in names if name.isdecimal()][:_MOST_PROCESSES]


def _target(link: str) -> str:
    try:
        return os.readlink(link)  # noqa: PTH115
    except OSError:
        return ""


def _listeners(table: str, port: int) -> Iterator[str]:
    try:
        lines = Path(table).read_text("ascii", "replace").splitlines()[1:]
    except OSError:
        return
    for line in lines:
        fields = line.split()
        is_listening = len(fields) > 9 and fields[3] == "0A"
        if is_listening and int(fields[1].rpartition(":")[2], 16) == port:
            yield fields[9]
