"""What is known of one function beside a deploy file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.catalog.listing import function_json
from source_tree import functions_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

MAIN = """\
import functions_framework

@functions_framework.cloud_event
def f(event): ...
"""


def declared(folder: Path, name: str, text: str) -> dict[str, Any]:
    """Return triggers and options of a function beside a deploy file, as JSON."""
    write_tree(folder, {"main.py": MAIN, name: text})
    found = function_json(functions_of(folder)["main.f"])
    for trigger in found["triggers"]:
        assert trigger.pop("text")
        assert trigger.pop("origin") == "deploy-file"
    return {"triggers": found["triggers"], **found["options"]}


SCHEDULE = {
    "kind": "schedule",
    "schedule": "0 9 * * 1",
    "time_zone": "Europe/Rome",
    "retry": True,
    "retry_policy": {"retry_count": 2, "min_backoff_seconds": 5},
}
"""The schedule that tests declare."""
