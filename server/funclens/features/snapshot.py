"""Input of all features: the state of the workspace at one moment."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import quote

from funclens.dataclass import dataclass, field
from funclens.features.activity import Activity
from funclens.model import Catalog, Function, Need
from funclens.runner.units.status import (
    RunnerSnapshot,
    RunnerState,
    UnitState,
    UnitStatus,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Snapshot", "absolute", "make_snapshot"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Catalog, runner state and settings at one moment."""

    catalog: Catalog = field(default_factory=Catalog)
    activity: Activity = field(default_factory=Activity)
    expected_url: str = "http://127.0.0.1:8080"
    """Address where a runner would listen according to the settings."""
    code_lens: bool = True
    """The setting `code-lens`."""
    trusted: bool = True
    client_commands: frozenset[str] = frozenset()
    """Commands that the client declared to implement."""
    functions: Mapping[str, Function] = field(default_factory=dict)
    """By function id."""
    by_file: Mapping[str, tuple[Function, ...]] = field(default_factory=dict)
    """By absolute path of the defining file."""
    needs: Mapping[str, Need] = field(default_factory=dict)
    """Units that lack an environment or packages, by unit id."""
    in_set_up: frozenset[str] = frozenset()
    """Units whose environment is being made."""
    unsaved: frozenset[str] = frozenset()
    """Ids of functions that are only in a text that isn't saved: nobody serves them."""
    failures: tuple[tuple[str, str], ...] = ()
    """Absolute paths of files that could not be analyzed, with the errors."""

    @property
    def runner(self) -> RunnerSnapshot:
        return self.activity.runner

    @property
    def is_running(self) -> bool:
        """Whether the runner answers requests."""
        return self.runner.state is RunnerState.RUNNING

    @property
    def addresses(self) -> tuple[str, ...]:
        """URLs that stand for the runner: where it is, and where it would be."""
        return tuple(filter(None, (self.runner.url, self.expected_url)))

    def status_of(self, unit: str) -> UnitStatus:
        """Return the state of a unit; idle if the runner hasn't reported it."""
        return self.runner.units.get(unit) or UnitStatus(unit, UnitState.IDLE)

    def need_of(self, unit: str) -> Need | None:
        """Return what a unit lacks, if setting up an environment provides it.

        A unit that has loaded lacks nothing.
        """
        need, status = self.needs.get(unit), self.status_of(unit)
        if need is None or status.state is UnitState.READY:
            return None
        remedy = status.failure.remedy if status.failure else None
        would_help = (
            remedy is not None
            and not need.has_environment
            and (need.has_requirements or remedy.package == "functions-framework")
        )
        return need if need.missing or would_help else None

    def url_of(self, function: Function) -> str:
        """Return the URL of a function, even if the runner isn't running yet."""
        route = quote(function.route.removeprefix("/"), safe="")
        return f"{self.runner.url or self.expected_url}/{route}"


def absolute(folder: str, file: str) -> str:
    """Return the absolute path of a file given relative to its folder."""
    return os.path.normpath(os.path.join(folder, file))  # noqa: PTH118 - per keystroke


def make_snapshot(
    catalog: Catalog,
    *,
    activity: Activity | None = None,
    expected_url: str = "http://127.0.0.1:8080",
    code_lens: bool = True,
    trusted: bool = True,
    client_commands: frozenset[str] = frozenset(),
) -> Snapshot:
    """Return the snapshot with its indexes."""
    by_file: dict[str, list[Function]] = defaultdict(list)
    for function in catalog.functions:
        by_file[absolute(function.folder, function.file)].append(function)
    return Snapshot(
        catalog=catalog,
        activity=activity or Activity(),
        expected_url=expected_url,
        code_lens=code_lens,
        trusted=trusted,
        client_commands=client_commands,
        functions={function.id: function for function in catalog.functions},
        by_file={
            path: tuple(sorted(found, key=lambda item: item.name_span))
            for path, found in by_file.items()
        },
    )
