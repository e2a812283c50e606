"""Builders of values that a test needs only a part of."""

from __future__ import annotations

from lsprotocol import types

from funclens.features.position_encoding import Places
from funclens.model import (
    Catalog,
    Certainty,
    Function,
    Problem,
    Severity,
    SignatureType,
    Span,
    Unit,
)
from funclens.runner.units.status import RunnerSnapshot, RunnerState, UnitStatus

FOLDER = "/work space"


def function(name="hello", *, unit="main", line=4, **changes):
    file = unit.replace(".", "/") + ".py"
    values = {
        "id": f"{unit}.{name}",
        "name": name,
        "endpoint": name,
        "deployed_name": None,
        "qualified_name": f"{unit}.{name}",
        "route": f"/{name}",
        "folder": FOLDER,
        "source": file,
        "file": file,
        "span": Span(line, 1, line + 1, 20),
        "name_span": Span(line, 5, line, 5 + len(name)),
        "signature_type": SignatureType.HTTP,
        "is_async": False,
        "provider": "functions-framework",
        "trigger": None,
        "certainty": Certainty.CERTAIN,
        "evidence": (),
        "unit": unit,
    }
    return Function(**{**values, **changes})


def catalog(*functions, problems=()):
    ids = {}
    for item in functions:
        ids.setdefault(item.unit, []).append(item.id)
    units = tuple(
        Unit(
            id=unit,
            folder=FOLDER,
            root=FOLDER,
            source=f"{FOLDER}/{unit.replace('.', '/')}.py",
            functions=tuple(names),
        )
        for unit, names in ids.items()
    )
    return Catalog(functions=tuple(functions), units=units, problems=tuple(problems))


def problem(file="main.py", *, line=4, **changes):
    values = {
        "code": "duplicate-endpoint",
        "severity": Severity.WARNING,
        "message": "Two functions have the endpoint: hello",
        "folder": FOLDER,
        "file": file,
        "span": Span(line, 5, line, 10),
    }
    return Problem(**{**values, **changes})


def running(*statuses, url="http://127.0.0.1:8080"):
    units = {status.unit: status for status in statuses}
    return RunnerSnapshot(RunnerState.RUNNING, url, units)


def status(state, unit="main", **changes):
    return UnitStatus(unit, state, **changes)


def places(text="", encoding=types.PositionEncodingKind.Utf16):
    lines = text.splitlines(keepends=True)

    def line_of(_path, number):
        return lines[number - 1] if 0 < number <= len(lines) else ""

    return Places(encoding, line_of, lambda _path: text, lambda path: f"file://{path}")


SOURCE = """\
import functions_framework

@functions_framework.http
def hello(request):
    return 'hi'
"""
