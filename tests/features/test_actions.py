"""What a lens does is a code action too."""

from __future__ import annotations

import pytest
from lsprotocol import types

from features.catalogs import FOLDER, SOURCE, catalog, function, places
from funclens.features import ClientProfile, make_snapshot
from funclens.features.actions import code_actions

PATH = f"{FOLDER}/main.py"


def actions(line, *, only=None, literals=True, trusted=True):
    snapshot = make_snapshot(catalog(function(line=4)), trusted=trusted)
    place = types.Position(line, 0)
    params = types.CodeActionParams(
        types.TextDocumentIdentifier("file:///main.py"),
        types.Range(place, place),
        types.CodeActionContext(diagnostics=[], only=only),
    )
    profile = ClientProfile(code_action_literals=literals)
    return code_actions(snapshot, PATH, params, places(SOURCE), profile)


def test_a_function_can_be_run_and_debugged_from_any_of_its_lines():
    assert [action.title for action in actions(4)] == [
        "Run locally: main.hello",
        "Debug: main.hello",
    ]


def test_there_are_no_actions_outside_functions():
    assert actions(0) == []


@pytest.mark.parametrize(
    ("only", "count"),
    [
        (["source"], 2),
        (["source.funclens"], 2),
        (["quickfix"], 0),
        (["source.organizeImports"], 0),
        (["sourcery"], 0),
    ],
)
def test_only_the_requested_kind_is_returned(only, count):
    assert len(actions(3, only=only)) == count


def test_a_client_without_literals_gets_commands():
    assert [type(action) for action in actions(3, literals=False)] == [
        types.Command,
        types.Command,
    ]


def test_an_untrusted_workspace_has_no_actions():
    assert actions(3, trusted=False) == []
