"""An export is read back as the same functions, except what is said to be lost."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from export.generated import Workspace, workspaces
from funclens.export.export_targets import TARGETS, files_for
from funclens.export.exported import Request
from funclens.export.first_generation import as_cloud_events
from funclens.export.selection import exported_functions
from funclens.model import SignatureType
from source_tree import functions_of, write_tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.model import Function

OUT = "deploy files"


def facts_of(function: Function) -> dict[str, Any]:
    """Return what an export has to keep, by the name that losses give it."""
    options = function.options
    return {
        "endpoint": function.endpoint,
        "signature": function.signature_type.value,
        "source": function.source,
        "runtime": function.runtime,
        "generation": function.generation,
        "regions": options.regions,
        "memory": options.memory_mib,
        "timeout": options.timeout_seconds,
        "concurrency": options.concurrency or (1 if function.generation == 1 else None),
        "secrets": set(options.secrets),
        "variables": set(options.variables),
        "triggers": {
            (it.kind, it.event_type, frozenset(it.attributes), frozenset(it.filters))
            for it in function.triggers
        },
        "retry": {
            (it.kind, it.event_type, frozenset(it.attributes)): it.retry
            for it in function.triggers
            if it.kind != "http"
        },
    }


def read_back(
    workspace: Workspace, target: str, folder: Path
) -> tuple[dict[str, Function], set[tuple[str, str]]]:
    """Export next to the sources; return what is found, and what was lost."""
    write_tree(folder, workspace.sources)
    functions = exported_functions(
        workspace.at(str(folder)),
        str(folder / OUT),
        as_services=TARGETS[target].as_services,
    )
    made = files_for(target, Request(functions, to_folder=True))
    for name, text in made.files.items():
        (folder / OUT).mkdir(exist_ok=True)
        (folder / OUT / name).write_text(text, "utf-8")
    return functions_of(folder), {(loss.function, loss.fact) for loss in made.losses}


def over_eventarc(function: Function) -> Function:
    """Return a function as a service: Eventarc calls what has 1st generation events."""
    if function.signature_type is not SignatureType.EVENT:
        return function
    return replace(function, triggers=tuple(as_cloud_events(function.triggers)[0]))


def with_memory(function: Function) -> Function:
    """Return a function with the size that gcloud asks for with a CPU."""
    options = function.options
    if (options.concurrency or 1) == 1 or options.memory_mib:
        return function
    return replace(function, options=replace(options, memory_mib=256))


def expected(target: str) -> Callable[[Function], Function]:
    if target == "gcloud":
        return with_memory
    return over_eventarc if TARGETS[target].as_services else lambda function: function


IMPLIED = {
    "cloudrun": {"generation", "triggers-http"},
    "knative": {"generation", "triggers-http"},
    "skaffold": {"generation", "triggers-http"},
    "compose": {"generation", "triggers-http"},
}
"""What a target has no word for, as it is always the same there."""


@pytest.mark.parametrize("target", TARGETS)
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    # Reading a workspace for each attempt takes too long to look for a smaller one.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(workspaces())
def test_an_export_is_read_back_as_the_same_functions(
    target: str, workspace: Workspace
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found, lost = read_back(workspace, target, Path(folder).resolve())

        implied = IMPLIED.get(target, set())
        assert found.keys() == {function.id for function in workspace.functions}
        for function in map(expected(target), workspace.functions):
            before, after = facts_of(function), facts_of(found[function.id])
            if "triggers-http" in implied:
                before["triggers"] = {
                    it for it in before["triggers"] if it[0] != "http"
                }
            if target == "compose":
                before["variables"] |= before["secrets"]
            gone = implied | {fact for id_, fact in lost if id_ == function.id}
            gone |= {"retry"} if "triggers" in gone else set()
            # Some tools have a default where the workspace says nothing.
            said = {key for key, retry in before["retry"].items() if retry is not None}
            for facts in (before, after):
                facts["retry"] = {k: v for k, v in facts["retry"].items() if k in said}
            kept = {key: value for key, value in before.items() if key not in gone}
            assert {key: after[key] for key in kept} == kept
