"""Only workers with their token get in, and nobody keeps them out."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct

from funclens.runner.processes.platform.portable import rendezvous as module
from funclens.runner.processes.platform.portable.rendezvous import Rendezvous
from funclens_worker.contract import HELLO, encode_hello
from portable.sockets import in_loop, receive
from process import DEADLINE_S


class Guest:
    """Takes note of the connections that are handed to it."""

    def __init__(self):
        self.arrived = asyncio.Queue()

    def on_control(self, connection):
        self.arrived.put_nowait((0, connection))

    def on_data(self, number, connection):
        self.arrived.put_nowait((number, connection))


def connect(meeting):
    return socket.create_connection(meeting.address, DEADLINE_S)


def test_a_worker_is_let_in_with_its_token():
    async def steps():
        with contextlib.closing(Rendezvous()) as meeting:
            guest = Guest()
            worker, token = meeting.invite(guest)
            with connect(meeting) as control, connect(meeting) as data:
                control.sendall(encode_hello(worker, token, 0))
                number, there = await guest.arrived.get()
                there.close()
                assert number == 0
                for part in struct.unpack("11s11s22s", encode_hello(worker, token, 7)):
                    data.sendall(part)
                number, there = await guest.arrived.get()
                there.close()
                assert number == 7

    in_loop(steps)


def test_a_wrong_hello_is_closed_without_a_word():
    async def steps():
        with contextlib.closing(Rendezvous()) as meeting:
            guest = Guest()
            worker, token = meeting.invite(guest)
            wrong = [
                encode_hello(worker, bytes(32), 0),
                encode_hello(worker + 1, token, 0),
                b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + bytes(HELLO.size),
                b"\xff" + encode_hello(worker, token, 0)[1:],
            ]
            for hello in wrong:
                with connect(meeting) as connection:
                    connection.sendall(hello)
                    with contextlib.suppress(ConnectionResetError):
                        assert await receive(connection, 1) == b""
            meeting.dismiss(worker)
            with connect(meeting) as connection:
                connection.sendall(encode_hello(worker, token, 0))
                assert await receive(connection, 1) == b""
            assert guest.arrived.empty()

    in_loop(steps)


def test_silent_connections_do_not_keep_a_worker_out(monkeypatch):
    monkeypatch.setattr(module, "UNKNOWN_LIMIT", 4)

    async def steps():
        with (
            contextlib.closing(Rendezvous()) as meeting,
            contextlib.ExitStack() as open_,
        ):
            guest = Guest()
            worker, token = meeting.invite(guest)
            silent = [open_.enter_context(connect(meeting)) for _ in range(12)]
            with connect(meeting) as control:
                control.sendall(encode_hello(worker, token, 0))
                _, there = await guest.arrived.get()
                there.close()
            assert await receive(silent[0], 1) == b""

    in_loop(steps)


def test_a_hello_that_does_not_come_ends_the_connection(monkeypatch):
    monkeypatch.setattr(module, "HELLO_SECONDS", 0.01)

    async def steps():
        with contextlib.closing(Rendezvous()) as meeting, connect(meeting) as slow:
            slow.sendall(b"FLW1")
            assert await receive(slow, 1) == b""

    in_loop(steps)


def test_what_was_sent_before_is_known_when_a_worker_has_ended():
    async def steps():
        with contextlib.closing(Rendezvous()) as meeting:
            guest = Guest()
            worker, token = meeting.invite(guest)
            hello = encode_hello(worker, token, 0)
            with connect(meeting) as early:
                early.sendall(hello[:5])
                meeting.catch_up()
                early.sendall(hello[5:])
                with connect(meeting) as late:
                    late.sendall(encode_hello(worker, token, 3))
                    while guest.arrived.qsize() < 2:  # the loop has no turn
                        meeting.catch_up()
                    for _ in range(2):
                        guest.arrived.get_nowait()[1].close()

    in_loop(steps)
