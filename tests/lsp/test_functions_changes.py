"""Changes of the second version are small, and lead to what a fresh fetch says."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from features.catalogs import function
from funclens.catalog.listing import collision_json, function_json
from funclens.lsp.publishing.functions_changes import VERSIONS
from funclens.model import Catalog, Collision, Span

UNITS = 500


def catalog_of(functions):
    """Return a catalog; functions with one endpoint collide."""
    by_endpoint = {}
    for item in functions:
        by_endpoint.setdefault(item.endpoint, []).append(item.id)
    return Catalog(
        functions=tuple(functions),
        collisions=tuple(
            Collision(endpoint, tuple(ids))
            for endpoint, ids in by_endpoint.items()
            if len(ids) > 1
        ),
    )


def seen(catalog):
    """Return what a client knows of a catalog."""
    return {
        "functions": [function_json(item) for item in catalog.functions],
        "collisions": {
            item["endpoint"]: set(item["functions"])
            for item in map(collision_json, catalog.collisions)
        },
    }


def apply(known, change):
    """Apply a change as docs/guides/editors.md has it."""
    functions = {item["id"]: item for item in known["functions"]}
    for name in change.get("removed", ()):
        del functions[name]
    for item in change.get("functions", ()):
        functions[item["id"]] = item
    for item in change.get("moved", ()):
        functions[item["id"]] = {**functions[item["id"]], **item}
    order = list(functions)
    if "placed" in change:
        after, ids = change["placed"]["after"], change["placed"]["ids"]
        order = [name for name in order if name not in set(ids)]
        start = 0 if after is None else order.index(after) + 1
        order[start:start] = ids
    collisions = dict(known["collisions"])
    for item in change.get("collided", ()):
        names = collisions.pop(item["endpoint"], set())
        names = (names - set(item["removed"])) | set(item["added"])
        if names:
            collisions[item["endpoint"]] = names
    return {"functions": [functions[name] for name in order], "collisions": collisions}


FUNCTIONS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("xyz"), st.integers(1, 3)),
    unique_by=lambda it: it[0],
    max_size=6,
).map(
    lambda items: catalog_of(
        [function(name, endpoint=end, line=line) for name, end, line in items]
    )
)


@given(FUNCTIONS, FUNCTIONS)
def test_a_change_leads_to_the_next_catalog(before, now):
    change = json.loads(json.dumps(VERSIONS[2](before, now)))

    assert apply(seen(before), change) == seen(now)


def large(count=UNITS):
    return [
        function("handle", unit=f"team.unit_{number}.main") for number in range(count)
    ]


def test_a_new_function_among_many_is_sent_alone():
    functions = large()
    new = function("later", unit="team.unit_250.main", line=9)
    now = [*functions[:251], new, *functions[251:]]

    change = VERSIONS[2](catalog_of(functions), catalog_of(now))

    assert change == {
        "functions": [function_json(new)],
        "placed": {"after": functions[250].id, "ids": [new.id]},
    }


def test_a_name_that_all_units_share_is_sent_once():
    functions = large()
    renamed = replace(functions[7], endpoint="handl", id="team.unit_7.main.handl")
    now = [*functions[:7], renamed, *functions[8:]]

    change = VERSIONS[2](catalog_of(functions), catalog_of(now))

    assert change["collided"] == [
        {"endpoint": "handle", "added": [], "removed": [functions[7].id]}
    ]
    assert len(json.dumps(change)) < 2_000


def test_functions_that_only_move_are_sent_as_lines():
    functions = [function(f"f{number}", line=4 * number) for number in range(1, 9)]
    now = [
        replace(item, span=Span(item.span.line + 1, 1, item.span.end_line + 1, 20))
        for item in functions
    ]

    change = VERSIONS[2](catalog_of(functions), catalog_of(now))

    assert [*change] == ["moved"]
    assert change["moved"][0] == {"id": "main.f1", "line": 5, "end_line": 6}
