"""Which user is at the other end of a connection of this machine."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

import pytest

from funclens.runner.api import peer


def has_ipv6():
    """Tell whether this machine has the loopback address of IPv6."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return socket.has_dualstack_ipv6()


HOSTS = ["127.0.0.1", *(["::1", "::"] if has_ipv6() else [])]


@contextlib.contextmanager
def connected(host):
    """Yield the accepted end of a connection within this process."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listener:
        address = ("::1" if host == "::" else host, listener.getsockname()[1])
        with socket.create_connection(address), listener.accept()[0] as accepted:
            yield accepted


@pytest.mark.parametrize("host", HOSTS)
def test_a_process_of_this_user_is_a_peer(host):
    with connected(host) as connection:
        assert peer.is_own_user(connection)


@pytest.mark.parametrize("host", HOSTS[2:])
def test_an_address_in_both_forms_is_found(host):
    with socket.create_server(
        (host, 0), family=socket.AF_INET6, dualstack_ipv6=True
    ) as listener:
        address = ("127.0.0.1", listener.getsockname()[1])
        with socket.create_connection(address), listener.accept()[0] as accepted:
            assert peer.is_own_user(accepted)


def test_a_process_of_another_user_is_no_peer(monkeypatch):
    """Neither root nor this user: the kernel knows the owner of each socket."""
    if not Path("/proc/net/tcp").exists():  # `lsof` shows no sockets of others
        monkeypatch.setattr(peer, "_LSOF", "/usr/bin/true")
    with connected("127.0.0.1") as connection:
        monkeypatch.setattr(peer, "_ROOT", -1)
        monkeypatch.setattr(os, "geteuid", lambda: 54_321)
        assert not peer.is_own_user(connection)


def test_a_closed_connection_and_other_machines_are_no_peers(monkeypatch):
    with connected("127.0.0.1") as connection:
        end = ("192.0.2.1", 80)
        monkeypatch.setattr(peer, "_ends", lambda _: (end, end))
        assert not peer.is_own_user(connection)
    monkeypatch.undo()
    assert not peer.is_own_user(connection)
