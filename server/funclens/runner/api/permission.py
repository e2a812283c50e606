"""Decides who may control the runner, and who may read its history.

Control needs the token. The history may also be read by the runner's own page, in a
browser of the same user on this machine.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from funclens.runner.api.peer import is_own_user
from funclens.runner.api.registry import TOKEN_HEADER
from funclens.runner.background import in_thread
from funclens.runner.http.access import is_own_page

if TYPE_CHECKING:
    import socket

    from funclens.runner.http.head import Head

__all__ = ["Permission"]


class Permission:
    """What the senders of requests to the runner itself may do."""

    def __init__(self, token: str) -> None:
        self._token = token

    def may_control(self, head: Head) -> bool:
        """Return whether a request has the token and no web page sent it."""
        given = head.header(TOKEN_HEADER) or ""
        fits = hmac.compare_digest(given.encode(), self._token.encode())
        return fits and head.header("Origin") is None

    async def may_read_history(self, head: Head, connection: socket.socket) -> bool:
        """Return whether a request may see what other requests contained."""
        if self.may_control(head):
            return True
        return is_own_page(head) and await in_thread(is_own_user, connection)
