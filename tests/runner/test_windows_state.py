"""The state folder and the owner of a connection, as they are kept on Windows."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from funclens.runner.api.peer_windows import process_in_table
from funclens.runner.api.running_process import is_running
from funclens.runner.api.state.profile_folder import ProfileFolder
from funclens.runner.api.state.state_folder import base_folder
from funclens.runner.api.state.state_lock import take_lock

PEER, OWN = ("127.0.0.1", 50_123), ("127.0.0.1", 8_080)


def test_the_state_folder_is_in_the_local_profile():
    environ = {"LOCALAPPDATA": r"C:\Users\Ada\AppData\Local"}

    assert str(base_folder(environ, "nt")) == environ["LOCALAPPDATA"]
    assert base_folder({}, "nt") == Path.home() / "AppData" / "Local"
    assert base_folder({}, "posix") == Path.home() / ".local" / "state"
    assert base_folder({"XDG_STATE_HOME": "/x"} | environ, "nt") == Path("/x")


def test_a_file_is_written_whole_read_and_removed(tmp_path):
    folder = ProfileFolder(tmp_path / "funclens" / "runners", create=True)

    folder.write("one.json", b"old")
    folder.write("one.json", b"new")

    assert folder.names() == ["one.json"]
    data, _ = folder.read("one.json", 100) or (b"", 0)
    assert data == b"new"
    folder.remove("one.json")
    assert folder.read("one.json", 100) is None
    with pytest.raises(FileNotFoundError):
        folder.remove("one.json")


def test_a_file_that_a_reader_has_open_is_replaced_when_it_is_closed(
    tmp_path, monkeypatch
):
    """Windows refuses to replace a file that is open."""
    folder = ProfileFolder(tmp_path / "funclens" / "runners", create=True)
    refusals = iter([True, True, False])
    replace = Path.replace

    def open_for_a_moment(self: Path, target: Path) -> Path:
        if next(refusals):
            raise PermissionError(13, "used by another process")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", open_for_a_moment)

    folder.write("one.json", b"new")

    assert folder.read("one.json", 100) is not None


def test_a_folder_that_is_missing_is_not_made_by_a_reader(tmp_path):
    with pytest.raises(FileNotFoundError):
        ProfileFolder(tmp_path / "funclens" / "runners", create=False)


def test_a_link_is_neither_followed_nor_believed(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "funclens").symlink_to(elsewhere, target_is_directory=True)

    with pytest.raises(PermissionError, match="link"):
        ProfileFolder(tmp_path / "funclens" / "runners", create=True)

    folder = ProfileFolder(elsewhere / "a" / "b", create=True)
    (elsewhere / "target").write_bytes(b"{}")
    (elsewhere / "a" / "b" / "one.json").symlink_to(elsewhere / "target")
    assert folder.read("one.json", 100) is None


def test_a_lock_is_held_by_one(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    lock = take_lock("emulators")
    assert lock is not None
    assert take_lock("emulators") is None
    lock.release()
    again = take_lock("emulators")
    assert again is not None
    again.release()
    assert not (tmp_path / "funclens" / "runners" / "emulators.lock").exists()


def test_a_process_is_known_to_run_until_it_has_ended():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert is_running(process.pid)
    finally:
        process.communicate(b"\n")
    assert not is_running(process.pid)
    assert is_running(os.getpid())
    assert not is_running(0)


def port(number: int) -> int:
    return socket.htons(number)


def rows_of_ipv4(*rows: tuple[tuple[str, int], tuple[str, int], int]) -> bytes:
    packed = [
        struct.pack(
            "<I4sI4sII",
            5,
            socket.inet_aton(local[0]),
            port(local[1]),
            socket.inet_aton(remote[0]),
            port(remote[1]),
            pid,
        )
        for local, remote, pid in rows
    ]
    return struct.pack("<I", len(rows)) + b"".join(packed)


def test_the_process_at_the_other_end_is_found_in_the_systems_table():
    table = rows_of_ipv4((OWN, PEER, 10), (("127.0.0.1", 1), OWN, 11), (PEER, OWN, 12))

    assert process_in_table(table, socket.AF_INET, PEER, OWN) == 12
    assert process_in_table(table, socket.AF_INET, ("127.0.0.2", 1), OWN) is None


def test_an_address_of_ipv4_is_found_in_its_ipv6_form():
    local = socket.inet_pton(socket.AF_INET6, "::ffff:127.0.0.1")
    row = struct.pack(
        "<16sII16sIIII", local, 0, port(PEER[1]), local, 0, port(OWN[1]), 5, 77
    )
    table = struct.pack("<I", 1) + row

    assert process_in_table(table, socket.AF_INET6, PEER, OWN) == 77
    assert process_in_table(table, socket.AF_INET6, ("::1", 1), OWN) is None


@pytest.mark.parametrize("table", [b"", b"\1", b"\xff\xff\xff\xff", b"\1\0\0\0short"])
def test_a_table_that_is_cut_off_has_no_rows(table):
    assert process_in_table(table, socket.AF_INET, PEER, OWN) is None
    assert process_in_table(table, socket.AF_INET6, PEER, OWN) is None
