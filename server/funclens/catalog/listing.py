"""The catalog as JSON, as printed by `funclens list --json`.

Adding fields is compatible; changing the meaning of one requires a new `VERSION`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.trigger_text import trigger_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.model import (
        Catalog,
        Collision,
        DeployOptions,
        Function,
        Problem,
        Span,
        Trigger,
    )

__all__ = ["VERSION", "collision_json", "function_json", "listing", "problem_json"]

VERSION = 1


def listing(catalog: Catalog, notes: Sequence[str] | None = None) -> dict[str, Any]:
    """Return functions, collisions and problems as plain JSON values.

    `notes` are sentences about files that could not be read.
    """
    noted = {} if notes is None else {"notes": [*notes]}
    return {
        "version": VERSION,
        "functions": [function_json(function) for function in catalog.functions],
        "collisions": [collision_json(collision) for collision in catalog.collisions],
        "problems": [problem_json(problem) for problem in catalog.problems],
        **noted,
    }


def problem_json(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "folder": problem.folder,
        "file": problem.file,
        **_range_json(problem.span),
        "related": [
            {
                "folder": place.folder,
                "file": place.file,
                **_range_json(place.span),
                "message": place.message,
            }
            for place in problem.related
        ],
    }


def function_json(function: Function) -> dict[str, Any]:
    return {
        "id": function.id,
        "name": function.name,
        "endpoint": function.endpoint,
        "deployed_name": function.deployed_name,
        "qualified_name": function.qualified_name,
        "route": function.route,
        "folder": function.folder,
        "source": function.source,
        "file": function.file,
        "line": function.span.line,
        "column": function.span.column,
        "end_line": function.span.end_line,
        "signature_type": function.signature_type.value,
        "is_async": function.is_async,
        "provider": function.provider,
        "trigger": function.trigger,
        "certainty": function.certainty.value,
        "evidence": list(function.evidence),
        "unit": function.unit,
        "doc": function.doc,
        "triggers": [trigger_json(trigger) for trigger in function.triggers],
        "options": options_json(function.options),
    }


def trigger_json(trigger: Trigger) -> dict[str, Any]:
    """Return a trigger with its attributes, without what is unknown."""
    found: dict[str, Any] = {
        "kind": trigger.kind,
        "text": trigger_text(trigger),
        "origin": trigger.origin,
        "event_type": trigger.event_type or None,
        **dict(trigger.attributes),
        "filters": dict(trigger.filters) or None,
        "retry": trigger.retry,
        "retry_policy": dict(trigger.retry_policy) or None,
        "rate_limits": dict(trigger.rate_limits) or None,
        "ordered": trigger.is_ordered or None,
    }
    return {key: value for key, value in found.items() if value is not None}


def options_json(options: DeployOptions) -> dict[str, Any]:
    """Return the known options."""
    found: dict[str, Any] = {
        "regions": list(options.regions) or None,
        "memory_mib": options.memory_mib,
        "timeout_seconds": options.timeout_seconds,
        "concurrency": options.concurrency,
        "secrets": list(options.secrets) or None,
        "variables": list(options.variables) or None,
    }
    return {key: value for key, value in found.items() if value is not None}


def collision_json(collision: Collision) -> dict[str, Any]:
    return {"endpoint": collision.endpoint, "functions": list(collision.functions)}


def _range_json(span: Span) -> dict[str, int]:
    return {
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
