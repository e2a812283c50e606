"""Resources have the fields that their tools know, with values of the right types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hcl2
import jsonschema
import pytest
from hypothesis import given, settings

from export.accepted_schemas import KNATIVE, SKAFFOLD
from export.generated import workspaces
from export.test_formats import exported, yaml_documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from export.generated import Workspace

RESOURCES = json.loads(
    Path(__file__).with_name("terraform_resources.json").read_text("utf-8")
)
"""Attributes of Google's provider by resource; `!` marks those that are required."""
TYPES = {"string": str, "number": int, "boolean": bool, "map:string": dict}


def wrong(values: dict[str, Any], known: dict[str, Any], where: str) -> Iterator[str]:
    """Yield what a block says that its provider doesn't accept."""
    types = {name.lstrip("!"): kind for name, kind in known.items()}
    needed = {name[1:] for name in known if name.startswith("!")}
    for name in needed - values.keys():
        yield f"{where} lacks {name}"
    for name, value in values.items():
        kind = types.get(name)
        if kind is None:
            yield f"{where} has no {name}"
        elif isinstance(kind, dict):
            for inner in value:
                yield from wrong(inner, kind, f"{where}.{name}")
        else:
            is_expression = isinstance(value, str) and value.startswith("${")
            if not is_expression and type(value) is not TYPES[kind]:
                yield f"{where}.{name} is not a {kind}: {value!r}"


@settings(max_examples=6, deadline=None)
@given(workspaces())
def test_terraform_resources_have_the_attributes_of_the_provider(
    workspace: Workspace,
) -> None:
    [text] = exported(workspace, "terraform").values()
    resources = hcl2.loads(text)["resource"]

    found = [
        problem
        for resource in resources
        for kind, named in resource.items()
        for values in named.values()
        for problem in wrong(values, RESOURCES[kind.strip('"')], kind)
    ]

    assert found == []


@settings(max_examples=6, deadline=None)
@given(workspaces())
def test_resources_satisfy_the_definitions_of_knative(workspace: Workspace) -> None:
    [text] = exported(workspace, "knative").values()

    for document in yaml_documents(text):
        jsonschema.validate(document, KNATIVE[document["kind"]])


@settings(max_examples=4, deadline=None)
@given(workspaces())
def test_the_configuration_satisfies_the_schema_of_skaffold(
    workspace: Workspace,
) -> None:
    made = exported(workspace, "skaffold")

    [document] = yaml_documents(made["skaffold.yaml"])
    jsonschema.validate(document, SKAFFOLD)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"location": "x"}, "f lacks name"),
        ({"name": "n", "location": "x", "memory": 1}, "f has no memory"),
        (
            {
                "name": "n",
                "location": "x",
                "service_config": [{"timeout_seconds": "1"}],
            },
            "f.service_config.timeout_seconds is not a number: '1'",
        ),
    ],
)
def test_what_the_provider_does_not_accept_is_found(
    values: dict[str, Any], problem: str
) -> None:
    known = RESOURCES["google_cloudfunctions2_function"]

    assert list(wrong(values, known, "f")) == [problem]
