"""Triggers and options that the decorators of a source declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.discovery.triggers.merged_options import merged_options
from funclens.model import DeployOptions

if TYPE_CHECKING:
    from funclens.discovery.resolve.facts import Module, Placed
    from funclens.discovery.resolve.imports import Names
    from funclens.discovery.triggers.global_options import GlobalOptions
    from funclens.model import Trigger

__all__ = ["DeclaredTriggers"]

_END = 10**9


class DeclaredTriggers:
    """Reads the Firebase decorators of one source."""

    def __init__(self, source: Module, names: Names) -> None:
        self._source = source
        self._names = names
        self._globals: GlobalOptions | None = None

    def of(
        self, decorator: str | None, module: Module, placed: Placed
    ) -> tuple[tuple[Trigger, ...], DeployOptions]:
        """Return what a decorator declares for the definition below it.

        `decorator` is its short name, or None for functions of other frameworks, which
        declare nothing.
        """
        if decorator is None:
            return (), DeployOptions()
        # Most workspaces have no Firebase functions.
        from funclens.discovery.triggers.firebase_decorators import (  # noqa: PLC0415
            firebase_deployment,
        )
        from funclens.discovery.triggers.global_options import (  # noqa: PLC0415
            GlobalOptions,
        )

        if self._globals is None:
            self._globals = GlobalOptions(self._names)
        trigger, own = firebase_deployment(decorator, module, placed, self._names)
        common = self._globals.above(module, placed.span.line)
        if module is not self._source:
            common = merged_options(common, self._globals.above(self._source, _END))
        return (trigger,), merged_options(own, common)
