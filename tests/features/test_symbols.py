"""Endpoints are found by their characters."""

from __future__ import annotations

import pytest

from features.catalogs import FOLDER, catalog, function, places
from funclens.features import make_snapshot
from funclens.features.symbols import workspace_symbols


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["/charge", "/hello"]),
        ("chr", ["/charge"]),
        ("/HEL", ["/hello"]),
        ("billing.main", ["/charge"]),
        ("zzz", []),
    ],
)
def test_a_query_finds_endpoints_and_qualified_names(query, expected):
    functions = (function("charge", unit="billing.main"), function())

    found = workspace_symbols(make_snapshot(catalog(*functions)), query, places())

    assert [symbol.name for symbol in found] == expected


def test_a_symbol_has_location_and_container():
    (symbol,) = workspace_symbols(make_snapshot(catalog(function())), "", places())

    assert symbol.location.uri == f"file://{FOLDER}/main.py"
    assert symbol.location.range.start.line == 3
    assert symbol.container_name == "main.hello"
