"""Changes of objects in an emulator of Cloud Storage reach functions of a runner."""

from __future__ import annotations

import json
import os
import shutil
import urllib.request
from typing import TYPE_CHECKING

import pytest

from emulators.bucket_server import BucketServer
from funclens.runner.emulators.installed import EMULATORS, find_command
from funclens.runner.emulators.sources.buckets import BucketWire, bucket_wires
from funclens.runner.emulators.sources.object_changes import changes_between, objects_of
from interpreters import environment, interpreters
from runner_process import RunnerProcess
from source_tree import catalog_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

LONG_S = 120.0
OPTIONS = ("--port", "0", "--emulators")

MAIN = """\
from firebase_functions import storage_fn


@storage_fn.on_object_finalized()
def on_upload(event):
    print(f"uploaded {event.data.bucket} {event.data.name}\\n", end="", flush=True)


@storage_fn.on_object_deleted(bucket="photos")
def on_delete(event):
    print(f"deleted {event.data.name}\\n", end="", flush=True)


@storage_fn.on_object_metadata_updated(bucket="photos")
def on_change(event):
    print(f"updated {event.data.name} {event.data.metadata}\\n", end="", flush=True)


@storage_fn.on_object_archived(bucket="photos")
def on_archived(event):
    print(f"archived {event.data.name}\\n", end="", flush=True)


def on_photo(event, context):
    print(f"background {event['name']} {context.event_type}\\n", end="", flush=True)
"""
DEPLOY = (
    "gcloud functions deploy on_photo --source . --no-gen2 --trigger-bucket=photos\n"
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "shop", {"main.py": MAIN, "deploy.sh": DEPLOY})


def printed(runner: RunnerProcess, text: str) -> None:
    def look() -> bool:
        events = runner.events
        return text in "".join(e["text"] for e in events if e["event"] == "output")

    runner.wait_until(look, what=text, deadline=LONG_S)


def test_uploads_and_deletions_reach_the_functions_of_their_bucket(
    shop: Path, tmp_path: Path
) -> None:
    with BucketServer() as server:
        server.put("photos", "before.png")
        environment = {
            "STORAGE_EMULATOR_HOST": server.url,
            "GOOGLE_CLOUD_PROJECT": "demo-shop",
        }
        with RunnerProcess(
            shop, state=tmp_path, options=OPTIONS, env=environment
        ) as runner:
            for id_ in ("main.on_upload", "main.on_delete", "main.on_photo"):
                runner.wait_event("wired", id=id_, deadline=LONG_S)
            server.page_size = 1

            server.put("photos", "cat.png")
            server.put("demo-shop.appspot.com", "a.txt")

            printed(runner, "background cat.png google.storage.object.finalize\n")
            printed(runner, "uploaded demo-shop.appspot.com a.txt\n")
            del server.buckets["photos"]["cat.png"]
            printed(runner, "deleted cat.png\n")
            event = runner.wait_event("delivery", id="main.on_delete", deadline=LONG_S)
            assert (event["source"], event["result"]) == ("bucket photos", "delivered")
            assert "before.png" not in json.dumps(runner.events)
            server.archive("photos", "before.png")
            printed(runner, "archived before.png\n")


@pytest.mark.timeout(400)
def test_the_emulator_of_pypi_is_started_if_it_is_installed(
    shop: Path, tmp_path: Path
) -> None:
    version = next(iter(interpreters()))  # fs, which it needs, imports pkg_resources
    python = environment(version, "gcp-storage-emulator", "setuptools<81")
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    variables = {"STORAGE_EMULATOR_HOST": "", "PATH": path}
    with RunnerProcess(shop, state=tmp_path, options=OPTIONS, env=variables) as runner:
        host = runner.wait_event("emulator", kind="storage")["host"]
        runner.wait_event("wired", id="main.on_photo", deadline=LONG_S)
        path = "/upload/storage/v1/b/photos/o?uploadType=media&name=cat.png"
        request = urllib.request.Request(
            f"http://{host}{path}", b"hello", {"Content-Type": "image/png"}
        )
        urllib.request.urlopen(request, timeout=60).close()

        printed(runner, "background cat.png google.storage.object.finalize\n")
        patch = urllib.request.Request(
            f"http://{host}/storage/v1/b/photos/o/cat.png",
            b'{"metadata": {"seen": "yes"}}',
            {"Content-Type": "application/json"},
            method="PATCH",
        )
        urllib.request.urlopen(patch, timeout=60).close()
        printed(runner, "updated cat.png {'seen': 'yes'}\n")


Item = dict[str, str]


def test_an_emulator_that_ends_and_returns_is_reported(
    shop: Path, tmp_path: Path
) -> None:
    server = BucketServer()
    variables = {
        "STORAGE_EMULATOR_HOST": server.url,
        "GOOGLE_CLOUD_PROJECT": "demo-shop",
    }
    with RunnerProcess(shop, state=tmp_path, options=OPTIONS, env=variables) as runner:
        runner.wait_event("wired", id="main.on_photo", deadline=LONG_S)

        def warned(text: str) -> None:
            def look() -> bool:
                return any(text in event.get("message", "") for event in runner.events)

            runner.wait_until(look, what=text, deadline=LONG_S)

        server.put("photos", "kept.png")
        printed(runner, "background kept.png")
        with server:
            pass
        warned("the Cloud Storage emulator at 127.0.0.1:")
        with BucketServer(server) as again:
            warned("is back")
            again.put("photos", "later.png")
            printed(runner, "background later.png")
            assert sum("kept.png" in str(e) for e in runner.events) == 1


def item(name: str, generation: int, metageneration: int = 1, **more: str) -> Item:
    numbers = {"generation": str(generation), "metageneration": str(metageneration)}
    return {"name": name, **numbers, **more}


def changes(before: list[Item], now: list[Item]) -> list[tuple[str, Item]]:
    first, second = objects_of({"items": before}), objects_of({"items": now})
    return list(changes_between(first, second, "noon"))


def test_each_change_has_its_event() -> None:
    before = [item("same", 1), item("old", 2), item("over", 3), item("meta", 4)]
    now = [item("same", 1), item("over", 5), item("meta", 4, 2), item("new", 6)]

    assert changes(before, now) == [
        ("deleted", item("old", 2, timeDeleted="noon")),
        ("deleted", item("over", 3, timeDeleted="noon")),
        ("finalized", item("over", 5)),
        ("metadataUpdated", item("meta", 4, 2)),
        ("finalized", item("new", 6)),
    ]


def test_in_a_bucket_with_versions_objects_are_archived() -> None:
    then = {"timeDeleted": "then"}
    before = [item("over", 1), item("gone", 2), item("old", 3, **then)]
    now = [
        item("over", 1, **then),
        item("over", 4),
        item("gone", 2, **then),
        item("brief", 5, **then),
    ]

    assert changes(before, now) == [
        ("archived", item("over", 1, **then)),
        ("archived", item("gone", 2, **then)),
        ("deleted", item("old", 3, **then)),
        ("finalized", item("over", 4)),
        ("finalized", item("brief", 5, **then)),
        ("archived", item("brief", 5, **then)),
    ]


@pytest.mark.parametrize("listing", [{}, {"items": []}, {"items": [1, {}, None]}])
def test_a_listing_without_objects_is_empty(listing: dict[str, object]) -> None:
    assert objects_of(listing) == {}


def test_a_firebase_function_without_bucket_has_the_default_one(shop: Path) -> None:
    wires = bucket_wires(catalog_of(shop), "shop.appspot.com")

    assert wires == {
        BucketWire("main.on_upload", "shop.appspot.com", "finalized"),
        BucketWire("main.on_delete", "photos", "deleted"),
        BucketWire("main.on_change", "photos", "metadataUpdated"),
        BucketWire("main.on_archived", "photos", "archived"),
        BucketWire("main.on_photo", "photos", "finalized"),
    }
    assert {wire.policy.retries for wire in wires} == {False}


def test_an_emulator_that_does_not_start_is_reported_with_its_last_line(
    shop: Path, tmp_path: Path
) -> None:
    program = tmp_path / "bin/gcp-storage-emulator"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho no pkg_resources\nexit 1\n")
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    variables = {"STORAGE_EMULATOR_HOST": "", "PATH": path}
    with RunnerProcess(shop, state=tmp_path, options=OPTIONS, env=variables) as runner:
        warning = runner.wait_event("warning")

    assert warning["message"] == (
        "the Cloud Storage emulator ended while it started: no pkg_resources"
    )
    assert warning["hint"].endswith("bin/gcp-storage-emulator start --in-memory")


def test_the_emulator_is_found_beside_the_interpreter_or_on_path(
    tmp_path: Path,
) -> None:
    program = tmp_path / "gcp-storage-emulator"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)

    found = find_command(EMULATORS["storage"], {"PATH": str(tmp_path)})

    assert found is not None
    assert found[1:] == ["start", "--in-memory"]
    assert shutil.which(found[0]) is not None
    assert EMULATORS["storage"].how_to_install == (
        "install it: pip install gcp-storage-emulator"
    )
