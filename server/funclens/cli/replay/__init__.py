"""`funclens replay`: send a request of the history again."""

from __future__ import annotations

from funclens.cli.replay.replay_request import add_arguments, execute

__all__ = ["add_arguments", "execute"]
