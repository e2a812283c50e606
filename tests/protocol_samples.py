"""One of each message that the server sends the extension, made by the real code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from funclens.catalog import build_catalog
from funclens.discovery import Workspace
from funclens.lsp.publishing.functions_feed import FunctionsFeed
from funclens.runner.units.status import (
    DebugAddress,
    UnitFailure,
    UnitState,
    UnitStatus,
)
from funclens_worker.contract import Remedy

if TYPE_CHECKING:
    from funclens.model import Catalog

FOLDER = "/shop"
MAIN = """\
import functions_framework


@functions_framework.http
def charge(request):
    return "charged"


@functions_framework.cloud_event
def note(event):
    pass
"""


def samples() -> dict[str, Any]:
    """Return the messages by name, as JSON values."""
    catalog = _catalog(**{"billing/main.py": MAIN, "mail/main.py": MAIN})
    runner = {"state": "running", "url": "http://127.0.0.1:8080", "units": _units()}
    sent: list[tuple[str, Any]] = []
    feed = FunctionsFeed(lambda method, params: sent.append((method, params)))
    listing = {**feed.all(catalog), "runner": runner}
    del listing["problems"]  # their texts are not for the extension
    moved = MAIN.replace("def note", "def  note").replace("pass", "pass\n    pass")
    feed.publish(_catalog(**{"billing/main.py": moved}))
    ((_method, changed),) = sent
    made = {
        "Listing": listing,
        "FunctionsChanged": changed,
        "RunnerStatus": runner,
        "Output": {
            "entries": [{"unit": "billing.main", "stream": "stdout", "text": "hi\n"}]
        },
    }
    value: dict[str, Any] = json.loads(json.dumps(made))
    return value


def _catalog(**texts: str) -> Catalog:
    workspace = Workspace([FOLDER])
    for name, text in texts.items():
        workspace.open(f"{FOLDER}/{name}", text)
    return build_catalog(workspace.facts())


def _units() -> list[dict[str, Any]]:
    python = "/shop/.venv/bin/python"
    command = (python, "-m", "pip", "install", "functions-framework")
    remedy = Remedy(
        "missing-package", python, "functions_framework", "functions-framework", command
    )
    failure = UnitFailure(
        error="ModuleNotFoundError: No module named 'functions_framework'",
        file="/shop/mail/main.py",
        line=1,
        traceback="",
        hint="Install it: …",
        remedy=remedy,
    )
    statuses = [
        UnitStatus(
            "billing.main", UnitState.READY, debug=DebugAddress("127.0.0.1", 5678)
        ),
        UnitStatus("mail.main", UnitState.FAILED, failure=failure),
    ]
    return [status.to_json() for status in statuses]
