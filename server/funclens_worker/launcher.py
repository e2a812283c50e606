"""Stands guard beside the front door: executes workers, each under a keeper.

It runs no user code, so it hears of the door's death whatever user code does.
"""

from __future__ import annotations

import os
import socket

from funclens_worker.reaper import Launch, serve_launches


def run(descriptor: int) -> None:
    """Serve the door's requests until it is gone."""
    os.set_inheritable(descriptor, False)
    serve_launches(socket.socket(fileno=descriptor), _execute)


def _execute(launch: Launch, channel: int) -> None:
    os.set_inheritable(channel, True)
    argv = [*launch.argv, str(channel)]
    os.execve(argv[0], argv, launch.env)  # noqa: S606
