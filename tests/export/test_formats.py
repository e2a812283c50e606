"""Exported files are what their tools accept, whatever the workspace is called."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import hcl2
import jsonschema
import pytest
from hypothesis import given, settings
from ruamel.yaml import YAML

from export.generated import workspaces
from funclens.export.export_targets import TARGETS, files_for
from funclens.export.exported import Request
from funclens.export.selection import exported_functions
from funclens.export.writing.hcl import literal

if TYPE_CHECKING:
    from export.generated import Workspace


def exported(workspace: Workspace, target: str) -> dict[str, str]:
    functions = exported_functions(
        workspace.catalog, "/workspace/out", as_services=TARGETS[target].as_services
    )
    return dict(files_for(target, Request(functions, to_folder=True)).files)


def yaml_documents(text: str) -> list[Any]:
    return list(YAML(typ="safe", pure=True).load_all(text))


@pytest.fixture(scope="module")
def compose_schema() -> Any:
    package = files("check_jsonschema") / "builtin_schemas" / "vendor"
    return json.loads((package / "compose-spec.json").read_text("utf-8"))


@settings(max_examples=8, deadline=None)
@given(workspaces())
def test_compose_files_satisfy_the_published_schema(
    compose_schema: Any, workspace: Workspace
) -> None:
    [text] = exported(workspace, "compose").values()
    [document] = yaml_documents(text)

    jsonschema.validate(document, compose_schema)


@settings(max_examples=6, deadline=None)
@given(workspaces())
def test_terraform_is_parsed_by_a_parser_of_its_language(workspace: Workspace) -> None:
    [text] = exported(workspace, "terraform").values()
    if program := shutil.which("terraform"):
        formatted = subprocess.run(
            [program, "fmt", "-"],
            input=text,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        assert formatted.stdout == text
    parsed = hcl2.loads(text)
    labels = [
        json.loads(label) if label.startswith('"') else label
        for resource in parsed["resource"]
        for kind, named in resource.items()
        if "cloudfunctions" in kind
        for label in named
    ]

    assert sorted(labels) == sorted(item.endpoint for item in workspace.functions)


@settings(max_examples=8, deadline=None)
@given(workspaces())
@pytest.mark.parametrize("target", ["gcloud", "cloudrun"])
def test_scripts_are_posix_shell(target: str, workspace: Workspace) -> None:
    [text] = exported(workspace, target).values()

    done = subprocess.run(
        ["/bin/sh", "-n"], input=text, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


@settings(max_examples=8, deadline=None)
@given(workspaces())
def test_knative_resources_name_the_services_that_they_call(
    workspace: Workspace,
) -> None:
    [text] = exported(workspace, "knative").values()
    documents = yaml_documents(text)
    services = {it["metadata"]["name"] for it in documents if it["kind"] == "Service"}
    called = {
        (it["spec"].get("subscriber") or it["spec"]["sink"])["ref"]["name"]
        for it in documents
        if it["kind"] != "Service"
    }

    assert len(services) == len(workspace.functions)
    assert called <= services


@settings(max_examples=8, deadline=None)
@given(workspaces())
def test_skaffold_builds_every_image_that_a_service_runs(workspace: Workspace) -> None:
    made = exported(workspace, "skaffold")
    [skaffold] = yaml_documents(made["skaffold.yaml"])
    services = yaml_documents(made["skaffold-services.yaml"])
    images = {
        container["image"]
        for it in services
        if it["kind"] == "Service"
        for container in it["spec"]["template"]["spec"]["containers"]
    }

    assert skaffold["manifests"]["rawYaml"] == ["skaffold-services.yaml"]
    assert {it["image"] for it in skaffold["build"]["artifacts"]} == images


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("${var.x}", "$${var.x}"),
        ("%{ if x }", "%%{ if x }"),
        ('a"b\\c\n', 'a\\"b\\\\c\\n'),
        ("\x01", "\\u0001"),
    ],
)
def test_nothing_in_a_terraform_string_is_evaluated(text: str, written: str) -> None:
    assert literal(text) == written
