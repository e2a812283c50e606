"""What a target can't express is said in its files, and what it can is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from export.test_formats import yaml_documents
from funclens.discovery.triggers.production_types import event_trigger
from funclens.export.export_targets import TARGETS, files_for
from funclens.export.exported import Loss, Output, Request
from funclens.export.first_generation import as_cloud_events
from funclens.export.selection import exported_functions
from funclens.export.writing.loss_comments import with_comments
from source_tree import catalog_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path


UPLOADED = """\
    def on_upload(data, context):
        print(data["bucket"])
    """
DEPLOY = """\
    gcloud functions deploy on_upload --no-gen2 --runtime=python312 \\
      --trigger-event={} --trigger-resource={}
    """
FINALIZE = "google.storage.object.finalize"
DOCUMENT = "providers/cloud.firestore/eventTypes/document.write"


def export(folder: Path, target: str, **files: str) -> Output:
    names = {"main": "main.py", "deploy": "deploy.sh"}
    write_tree(folder, {names[key]: text for key, text in files.items()})
    functions = exported_functions(
        catalog_of(folder), str(folder), as_services=TARGETS[target].as_services
    )
    return files_for(target, Request(functions))


@pytest.mark.parametrize(
    ("event_type", "resource", "sent"),
    [
        (
            "google.pubsub.topic.publish",
            "orders",
            "google.cloud.pubsub.topic.v1.messagePublished",
        ),
        (
            "providers/cloud.pubsub/eventTypes/topic.publish",
            "orders",
            "google.cloud.pubsub.topic.v1.messagePublished",
        ),
        (FINALIZE, "uploads", "google.cloud.storage.object.v1.finalized"),
        (
            "google.storage.object.metadataUpdate",
            "uploads",
            "google.cloud.storage.object.v1.metadataUpdated",
        ),
        (
            "providers/cloud.storage/eventTypes/object.change",
            "uploads",
            "google.cloud.storage.object.v1.finalized",
        ),
        (
            "providers/google.firebase.database/eventTypes/ref.create",
            "projects/_/instances/shop/refs/carts/{id}",
            "google.firebase.database.ref.v1.created",
        ),
    ],
)
def test_events_of_the_first_generation_become_cloud_events(
    event_type: str, resource: str, sent: str
) -> None:
    before = event_trigger(event_type, resource=resource, retry=True)

    [[after], losses] = as_cloud_events([before])

    assert (after.event_type, after.attributes) == (sent, before.attributes)
    assert (after.retry, losses) == (True, ())


@pytest.mark.parametrize(
    ("event_type", "reason"),
    [
        (DOCUMENT, "Protobuf"),
        (
            "providers/firebase.auth/eventTypes/user.create",
            "no events of Firebase Auth",
        ),
        ("providers/google.firebase.analytics/eventTypes/event.log", "Analytics"),
        ("google.firebase.remoteconfig.update", "can't convert its remote-config"),
        ("google.storage.object.unheard", "can't convert its storage"),
    ],
)
def test_events_that_eventarc_can_not_deliver_are_a_loss(
    event_type: str, reason: str
) -> None:
    found, losses = as_cloud_events([event_trigger(event_type, resource="x")])

    assert found == []
    assert reason in losses[0]


def test_a_first_generation_function_is_called_by_eventarc(tmp_path: Path) -> None:
    made = export(
        tmp_path, "cloudrun", main=UPLOADED, deploy=DEPLOY.format(FINALIZE, "uploads")
    )

    [script] = made.files.values()
    assert "--destination-run-service=on-upload" in script
    assert "type=google.cloud.storage.object.v1.finalized,bucket=uploads" in script
    assert "GOOGLE_FUNCTION_SIGNATURE_TYPE=event" in script
    # One request at a time, as before: Cloud Run sends 80 by default.
    assert "--concurrency=1" in script


def test_a_knative_trigger_filters_the_cloud_events(tmp_path: Path) -> None:
    made = export(
        tmp_path, "knative", main=UPLOADED, deploy=DEPLOY.format(FINALIZE, "uploads")
    )

    _, trigger = yaml_documents(made.files["service.yaml"])
    assert trigger["spec"]["filters"] == [
        {"exact": {"type": "google.cloud.storage.object.v1.finalized"}},
        {"suffix": {"source": "/buckets/uploads"}},
    ]


@pytest.mark.parametrize("target", TARGETS)
def test_losses_are_comments_in_the_file(target: str, tmp_path: Path) -> None:
    resource = "'projects/p/databases/(default)/documents/users/{id}'"
    deploy = DEPLOY.format(DOCUMENT, f"{resource} --memory=512MB --region=here1")
    made = export(tmp_path, target, main=UPLOADED, deploy=deploy)

    text = next(iter(made.files.values()))
    said = " ".join(
        line.lstrip("# -") for line in text.splitlines() if line.startswith("#")
    )
    assert bool(made.losses) == ("Differs from the workspace:" in said)
    assert all(loss.reason in said for loss in made.losses)


def test_a_comment_is_one_whatever_it_quotes(tmp_path: Path) -> None:
    functions = exported_functions(
        catalog_of(write_tree(tmp_path, {"main.py": UPLOADED})), str(tmp_path)
    )
    loss = Loss(functions[0].function.id, "secrets", "the file 'a\nrm -rf b\x1b'")

    files = with_comments(Output({"deploy.sh": "#!/bin/sh\nls\n"}, (loss,)), functions)

    assert files["deploy.sh"] == (
        "#!/bin/sh\n#\n# Differs from the workspace:\n"
        "# - on_upload: the file 'a\\nrm -rf b\\x1b'\nls\n"
    )


def test_a_script_begins_with_its_interpreter(tmp_path: Path) -> None:
    made = export(
        tmp_path, "cloudrun", main=UPLOADED, deploy=DEPLOY.format(DOCUMENT, "x")
    )

    lines = made.files["deploy-run.sh"].splitlines()
    assert lines[0] == "#!/bin/sh"
    assert "# Differs from the workspace:" in lines
    assert all(len(line) <= 79 for line in lines if line.startswith("#"))


@pytest.mark.parametrize("target", ["gcloud", "terraform", "cloudrun", "knative"])
def test_an_event_function_that_nothing_calls_is_said(
    target: str, tmp_path: Path
) -> None:
    source = """\
        import functions_framework

        @functions_framework.cloud_event
        def on_order(event):
            pass
        """

    made = export(tmp_path, target, main=source)

    reasons = [loss.reason for loss in made.losses if loss.fact == "triggers"]
    assert reasons == ["the trigger is not known; set it in `[tool.funclens.triggers]`"]
