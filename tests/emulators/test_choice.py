"""Which emulators are used, for which project, and what functions learn of them."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from funclens.runner.emulators.cloud_project import project_environment, project_id
from funclens.runner.emulators.emulator_set import Emulators
from funclens.runner.emulators.installed import EMULATORS, find_command
from funclens.runner.emulators.naming import Owner, owned_name
from funclens.runner.emulators.sources.wiring import wires_of
from funclens.runner.events import EventBus
from source_tree import catalog_of, write_tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAIN = """\
from firebase_functions import pubsub_fn, https_fn

@pubsub_fn.on_message_published(topic="orders", retry=True)
def on_order(event): ...

@pubsub_fn.on_message_published(topic="orders")
def also_on_order(event): ...

@pubsub_fn.on_message_published(topic=unknown)
def on_something(event): ...

@https_fn.on_request()
def hello(request): ...
"""


@pytest.mark.parametrize(
    ("environ", "firebaserc", "project"),
    [
        ({"GOOGLE_CLOUD_PROJECT": "a", "GCLOUD_PROJECT": "b"}, "c", "a"),
        ({"GCLOUD_PROJECT": "b"}, "c", "b"),
        ({}, "c1", "c1"),
        ({}, None, "demo-funclens"),
        ({}, "not a project/", "demo-funclens"),
    ],
)
def test_the_project_is_that_of_the_environment_else_of_firebaserc(
    tmp_path: Path, environ: dict[str, str], firebaserc: str | None, project: str
) -> None:
    if firebaserc is not None:
        text = json.dumps({"projects": {"default": firebaserc}})
        (tmp_path / ".firebaserc").write_text(text)

    assert project_id([str(tmp_path)], environ) == project


@pytest.mark.parametrize("text", ["", "[]", '{"projects": 1}', "{", "\0"])
def test_a_broken_firebaserc_is_ignored(tmp_path: Path, text: str) -> None:
    (tmp_path / ".firebaserc").write_text(text)

    assert project_id([str(tmp_path)], {}) == "demo-funclens"


def test_functions_learn_project_and_bucket_and_keep_what_is_set() -> None:
    found = project_environment("shop", {"FIREBASE_CONFIG": "{}"})

    assert found["GOOGLE_CLOUD_PROJECT"] == found["GCLOUD_PROJECT"] == "shop"
    assert found["FUNCTIONS_EMULATOR"] == "true"
    assert found["FIREBASE_CONFIG"] == "{}"


def test_each_function_has_a_wire_to_its_topic(tmp_path: Path) -> None:
    catalog = catalog_of(write_tree(tmp_path, {"main.py": MAIN}))

    wires, unknown = wires_of(catalog)

    assert {(wire.function, wire.topic, wire.policy.retries) for wire in wires} == {
        ("main.on_order", "orders", True),
        ("main.also_on_order", "orders", False),
    }
    assert [function.id for function in unknown] == ["main.on_something"]


def test_names_are_valid_stable_and_those_of_the_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    def owner_prefix(folders: list[str]) -> str:
        owner = Owner(folders)
        owner.close()
        return owner.prefix

    prefix = owner_prefix(["/a", "/b"])
    long = owned_name(prefix, "söme.möd." + "f" * 500, "orders")

    assert prefix == owner_prefix(["/b", "/a"]) != owner_prefix(["/a"])
    assert long.startswith(prefix)
    assert 3 <= len(long) <= 255
    assert long.isascii()
    assert owned_name(prefix, "a.b", "x") != owned_name(prefix, "a.b", "y")
    assert owned_name(prefix, "a.b", "x") != owned_name(prefix, "a_b", "x")


def test_an_emulator_is_found_in_the_folder_of_the_sdk(tmp_path: Path) -> None:
    program = tmp_path / "sdk" / EMULATORS["pubsub"].program
    java = tmp_path / "bin" / "java"
    for path in (program, java):
        path.parent.mkdir(parents=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    environ = {"CLOUDSDK_ROOT_DIR": str(tmp_path / "sdk"), "PATH": str(java.parent)}

    assert find_command(EMULATORS["pubsub"], environ) == [str(program)]
    assert find_command(EMULATORS["pubsub"], {**environ, "PATH": ""}) is None


def needs(folder: Path, environ: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the events of choosing emulators for the functions of a folder."""
    catalog = catalog_of(write_tree(folder, {"main.py": MAIN}))

    async def choose() -> list[dict[str, Any]]:
        bus = EventBus()
        seen = bus.subscribe()
        emulators = Emulators((str(folder),), environ, bus)
        emulators.need(catalog)
        emulators.need(catalog)
        bus.publish("chosen", environment=emulators.environment)
        bus.close()
        await emulators.close()
        return [dict(event) for event in await seen.take()]

    return asyncio.run(choose())


def test_a_missing_emulator_is_named_once_with_its_install_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = "funclens.runner.emulators.emulator_set.find_command"
    monkeypatch.setattr(chosen, lambda *_: None)

    warning, event = needs(tmp_path, {})

    assert "no Pub/Sub emulator is installed" in warning["message"]
    assert "gcloud components install pubsub-emulator" in warning["hint"]
    assert "PUBSUB_EMULATOR_HOST" not in event["environment"]


def test_an_emulator_of_the_environment_is_used(tmp_path: Path) -> None:
    (event,) = needs(tmp_path, {"PUBSUB_EMULATOR_HOST": "127.0.0.1:9"})

    assert event["environment"]["PUBSUB_EMULATOR_HOST"] == "127.0.0.1:9"
