"""Bytes, ends and resets pass between a client and a worker; memory stays flat."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest

from funclens.runner.processes.platform.portable.relay import Relay
from portable.sockets import in_loop, pair, receive

MIB = 1_048_576
RESET = struct.pack("ii", 1, 0)


class Ends:
    """A relay with the outer ends of both connections."""

    def __init__(self, first=b"head"):
        self.client, self.client_door = pair()
        self.worker, worker_door = pair()
        self.relay = Relay(self.client_door, worker_door, first)
        self.over = asyncio.Event()
        self.relay.on_over = self.over.set

    def close(self):
        for connection in (self.client, self.client_door, self.worker):
            connection.close()


@pytest.fixture
def relayed():
    """Run steps with a relay in a loop."""

    def run(steps):
        async def with_ends():
            ends = Ends()
            try:
                await steps(ends)
            finally:
                ends.close()

        in_loop(with_ends)

    return run


def test_bytes_pass_both_ways_after_the_head(relayed):
    async def steps(ends):
        ends.client.sendall(b"body")
        ends.client.shutdown(socket.SHUT_WR)
        assert await receive(ends.worker, 100) == b"headbody"
        ends.worker.sendall(b"response")
        ends.worker.shutdown(socket.SHUT_WR)
        assert await receive(ends.client, 100) == b"response"
        await ends.over.wait()
        assert ends.relay.has_begun

    relayed(steps)


def test_an_interim_response_does_not_begin_the_response(relayed):
    async def steps(ends):
        interim = b"HTTP/1.1 100 Continue\r\n\r\n"
        ends.worker.sendall(interim)
        assert await receive(ends.client, len(interim)) == interim
        assert not ends.relay.has_begun
        ends.worker.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        assert (await receive(ends.client, 8)) == b"HTTP/1.1"
        assert ends.relay.has_begun

    relayed(steps)


def test_a_worker_that_ends_without_a_response_leaves_the_client_open(relayed):
    async def steps(ends):
        ends.worker.close()
        await ends.over.wait()
        ends.client_door.sendall(b"500")
        assert await receive(ends.client, 3) == b"500"

    relayed(steps)


def test_a_client_that_resets_is_seen_by_the_worker(relayed):
    async def steps(ends):
        assert await receive(ends.worker, 4) == b"head"
        ends.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        ends.client.close()
        with pytest.raises(ConnectionResetError):
            await receive(ends.worker, 1)
        await ends.over.wait()

    relayed(steps)


def test_a_slow_client_stops_the_worker_instead_of_filling_memory(relayed):
    async def steps(ends):
        ends.worker.setblocking(False)
        loop = asyncio.get_running_loop()
        size, sent = 64 * MIB, 0

        async def send():
            nonlocal sent
            chunk = bytes(MIB)
            while sent < size:
                await loop.sock_sendall(ends.worker, chunk)
                sent += len(chunk)
            ends.worker.shutdown(socket.SHUT_WR)

        sending = asyncio.create_task(send())
        before = -1
        while before != sent:  # until nothing moves any more
            before = sent
            for _ in range(200):
                await asyncio.sleep(0)
        assert sent < size
        received = await receive(ends.client, size)
        await sending
        assert len(received) == size

    relayed(steps)


def test_what_a_dead_worker_has_sent_still_arrives(relayed):
    async def steps(ends):
        response = b"x" * (4 * MIB)
        sending = asyncio.to_thread(ends.worker.sendall, response)
        await asyncio.gather(sending, receive_some(ends, len(response)))
        ends.worker.sendall(b"end")
        ends.relay.finish()
        await ends.over.wait()
        assert await receive(ends.client, 100) == b"end"

    async def receive_some(ends, size):
        assert len(await receive(ends.client, size)) == size

    relayed(steps)


def test_a_response_from_elsewhere_is_not_mixed_with_the_workers(relayed):
    async def steps(ends):
        ends.relay.discard_response()
        ends.client_door.sendall(b"504")
        ends.worker.sendall(b"late")
        ends.worker.shutdown(socket.SHUT_WR)
        await ends.over.wait()
        ends.client_door.close()
        assert await receive(ends.client, 100) == b"504"

    relayed(steps)
