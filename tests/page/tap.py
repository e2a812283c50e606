"""A relay before a runner that notes each request and the status of its response."""

from __future__ import annotations

import re
import socket
import threading
from typing import TYPE_CHECKING

from process import DEADLINE_S

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Self

_REQUEST = re.compile(rb"([A-Z]+) (\S+) ")


class Tap:
    """Listens on a free port and passes on what comes, one exchange a connection."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._changed = threading.Condition()
        self.seen: list[tuple[str, str, int]] = []
        """Method, target and status of each exchange that is over."""

    @property
    def url(self) -> str:
        """Where it listens, without a trailing slash."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def statuses(self, targets: Iterable[str]) -> dict[str, set[int]]:
        """Wait until each target was asked for; return the statuses by target."""
        wanted = set(targets)
        with self._changed:
            found = self._changed.wait_for(
                lambda: wanted <= {target for _, target, _ in self.seen}, DEADLINE_S
            )
        assert found, f"never asked for: {wanted - {item[1] for item in self.seen}}"
        return {
            target: {status for _, at, status in self.seen if at == target}
            for target in wanted
        }

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=[client], daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        """Pass one exchange on; a request of a browser is one or two segments."""
        with client, socket.create_connection(self._address) as server:
            head = client.recv(65_536)
            line = _REQUEST.match(head)
            if line is None:
                return
            server.sendall(head)
            back = threading.Thread(target=_pump, args=[client, server], daemon=True)
            back.start()
            response = server.recv(65_536)
            status = int(response.split()[1]) if response else 0
            with self._changed:
                self.seen.append((line[1].decode(), line[2].decode(), status))
                self._changed.notify_all()
            try:
                while response:
                    client.sendall(response)
                    response = server.recv(65_536)
            except OSError:
                return


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            target.sendall(data)
    except OSError:
        return
