"""The commands that are registered are those that can be executed."""

from __future__ import annotations

from funclens.features.commands import OF_SERVER
from funclens.lsp.commands import COMMANDS


def test_every_registered_command_can_be_executed() -> None:
    assert sorted(OF_SERVER) == sorted(COMMANDS)
