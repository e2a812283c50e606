"""One of each message that the server sends the extension, made by the real code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from funclens.catalog import build_catalog
from funclens.cold_start import ColdStart
from funclens.discovery import Workspace
from funclens.features import LastResponse
from funclens.lsp.publishing.functions_feed import FunctionsFeed
from funclens.lsp.publishing.responses_feed import ResponsesFeed
from funclens.lsp.running.unit_message import unit_message
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


LATER = """\
@functions_framework.http
def later(request):
    return "later"


@functions_framework.cloud_event"""


def samples() -> dict[str, Any]:
    """Return the messages by name, as JSON values."""
    catalog = _catalog(**{"billing/main.py": MAIN, "mail/main.py": MAIN})
    runner = {"state": "running", "url": "http://127.0.0.1:8080", "units": _units()}
    sent: list[tuple[str, Any]] = []
    feed = FunctionsFeed(lambda method, params: sent.append((method, params)))
    responses = ResponsesFeed(lambda method, params: sent.append((method, params)))
    answers = {"billing.main.charge": LastResponse(200, 0.012)}
    listing = {**feed.all(catalog, 2), "runner": runner}
    listing["responses"] = responses.all(answers)
    need = {"unit": "mail.main", "has_environment": False, "missing": ["requests"]}
    listing["needs"] = [need]
    run = {"id": "mail.main.note", "at": "2026-11-27T03:00:00+01:00"}
    listing["next_runs"] = [{**run, "text": "Fri 27 Nov 03:00 CET"}]
    text = MAIN.replace("def charge", "async def charge")
    text = text.replace("@functions_framework.cloud_event", LATER)
    text = text.replace("pass", "pass\n    pass")
    feed.publish(_catalog(**{"billing/main.py": text}))
    error = "ValueError: no luck\nnor more"
    responses.publish({**answers, "mail.main.note": LastResponse(500, 1.26, error)})
    (_method, changed), (_method, answered) = sent
    made = {
        "Listing": listing,
        "FunctionsChanged": changed,
        "UnitsChanged": {"units": _units()[1:]},
        "ResponsesChanged": answered,
        "NeedsChanged": {"needs": [need]},
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
            "billing.main",
            UnitState.READY,
            debug=DebugAddress("127.0.0.1", 5678),
            cold_start=ColdStart(0.9),
        ),
        UnitStatus("mail.main", UnitState.FAILED, failure=failure),
    ]
    return [unit_message(status) for status in statuses]
