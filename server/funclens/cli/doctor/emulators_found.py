"""Which of Google's emulators are installed, and which the functions can use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.cli.doctor.finding import Finding
from funclens.runner.emulators.installed import EMULATORS, find_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from funclens.model import Catalog

__all__ = ["emulators"]


def emulators(catalog: Catalog, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each emulator."""
    used = {
        trigger.kind for function in catalog.functions for trigger in function.triggers
    }
    for kind, emulator in EMULATORS.items():
        command = find_command(emulator, environ)
        if environ.get(emulator.variable):
            text = f"{emulator.name}: running elsewhere, by {emulator.variable}"
            yield Finding("emulator", "ok", text)
        elif command is not None:
            yield Finding("emulator", "ok", f"{emulator.name}: {command[0]}")
        elif kind in used:
            yield Finding(
                "emulator",
                "note",
                f"{emulator.name}: not found, and functions have such triggers",
                emulator.how_to_install,
            )
        else:
            yield Finding("emulator", "ok", f"{emulator.name}: not found, not needed")
