"""`funclens requests`: list the requests that the folder's runner remembers."""

from __future__ import annotations

from funclens.cli.requests.list_requests import add_arguments, execute

__all__ = ["add_arguments", "execute"]
