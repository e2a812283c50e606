"""Which differences between workspace and production are reported."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from funclens.discovery.triggers.production_types import event_trigger
from funclens.model import SignatureType, Trigger
from funclens.plan.deployed_function import DeployedFunction
from funclens.plan.differences import FACTS, compare
from source_tree import functions_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

    from funclens.model import Function

PUBSUB = "google.cloud.pubsub.topic.v1.messagePublished"
FILES = {
    "main.py": """\
        import functions_framework

        @functions_framework.cloud_event
        def on_order(event):
            pass
        """,
    "deploy.sh": """\
        gcloud functions deploy on-order --gen2 --runtime=python312 \\
            --entry-point=on_order --trigger-topic=orders --retry --memory=512Mi \\
            --timeout=60s --concurrency=8 --region=europe-west1 --source=. \\
            --set-env-vars=MODE=fast,LEVEL=1 --set-secrets=TOKEN=token:latest
        """,
}
DEPLOYED = DeployedFunction(
    name="on-order",
    region="europe-west1",
    entry_point="on_order",
    runtime="python312",
    generation=2,
    memory_mib=512,
    timeout_seconds=60,
    concurrency=8,
    trigger=event_trigger(PUBSUB, resource="projects/p/topics/orders", retry=True),
    variables=("LEVEL", "MODE"),
    secrets=("TOKEN",),
)


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> list[Function]:
    folder = write_tree(tmp_path_factory.mktemp("workspace"), FILES)
    return list(functions_of(folder).values())


def test_what_is_deployed_as_declared_has_no_differences(
    functions: list[Function],
) -> None:
    assert compare(functions, [DEPLOYED]) == []


@pytest.mark.parametrize(
    ("fact", "change", "here", "there"),
    [
        ("entry-point", {"entry_point": "handle"}, "on_order", "handle"),
        ("generation", {"generation": 1}, "2", "1"),
        ("runtime", {"runtime": "python39"}, "python312", "python39"),
        ("region", {"region": "us-east1"}, "europe-west1", "us-east1"),
        ("memory", {"memory_mib": 256}, "512 MiB", "256 MiB"),
        ("timeout", {"timeout_seconds": 540}, "60 s", "540 s"),
        ("concurrency", {"concurrency": 80}, "8", "80"),
        (
            "trigger",
            {"trigger": event_trigger(PUBSUB, resource="carts")},
            "Pub/Sub topic orders, with retries",
            "Pub/Sub topic carts",
        ),
        (
            "trigger",
            {"trigger": Trigger("http", "deploy-file")},
            "Pub/Sub topic orders, with retries",
            "HTTP",
        ),
        (
            "retry",
            {"trigger": event_trigger(PUBSUB, resource="orders", retry=False)},
            "with retries",
            "without retries",
        ),
        ("variables", {"variables": ("MODE",)}, "LEVEL, MODE", "MODE"),
        ("secrets", {"secrets": ()}, "TOKEN", "none"),
    ],
)
def test_each_fact_that_differs_is_reported_alone(
    functions: list[Function],
    fact: str,
    change: dict[str, object],
    here: str,
    there: str,
) -> None:
    [found] = compare(functions, [replace(DEPLOYED, **change)])

    assert fact in FACTS
    assert (found.fact, found.workspace, found.deployed) == (fact, here, there)
    assert (found.name, found.function) == ("on-order", "main.on_order")


@pytest.mark.parametrize(
    "change",
    [
        {"runtime": ""},
        {"memory_mib": None},
        {"trigger": None},
        {"region": ""},
        {"concurrency": None},
        {"name": "On_Order"},
    ],
)
def test_what_production_does_not_say_is_no_difference(
    functions: list[Function], change: dict[str, object]
) -> None:
    assert compare(functions, [replace(DEPLOYED, **change)]) == []


def test_functions_on_one_side_only_are_missing_or_extra(
    functions: list[Function],
) -> None:
    other = DeployedFunction("old", entry_point="old", runtime="python39")
    node = DeployedFunction("web", entry_point="web", runtime="nodejs20")

    found = compare(functions, [other, node])

    assert [(item.fact, item.name) for item in found] == [
        ("missing", "on-order"),
        ("extra", "old"),
    ]


def test_a_function_deployed_under_another_name_is_found_by_its_entry_point(
    functions: list[Function],
) -> None:
    [found] = compare(functions, [replace(DEPLOYED, name="orders")])

    assert (found.fact, found.workspace, found.deployed) == (
        "name",
        "on-order",
        "orders",
    )


def test_each_region_is_compared(functions: list[Function]) -> None:
    second = replace(DEPLOYED, region="us-east1", memory_mib=256)

    found = compare(functions, [DEPLOYED, second])

    assert [(item.fact, item.region) for item in found] == [
        ("memory", "us-east1"),
        ("region", "us-east1"),
    ]


@pytest.mark.parametrize(
    ("deployed", "missing"),
    [
        (("europe-west1", "us-east1"), []),
        (("us-east1",), ["europe-west1"]),
        (("asia-east1",), []),
    ],
)
def test_regions_that_code_names_are_missing_if_nothing_is_there(
    functions: list[Function], deployed: tuple[str, ...], missing: list[str]
) -> None:
    options = replace(functions[0].options, regions=("europe-west1", "us-east1"))
    function = replace(functions[0], provider="firebase", options=options)

    found = compare([function], [replace(DEPLOYED, region=it) for it in deployed])

    assert [it.region for it in found if it.fact == "missing"] == missing


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("ACTIVE", []),
        ("DEPLOYING", []),
        ("FAILED", ["failed"]),
        ("OFFLINE", ["offline"]),
    ],
)
def test_a_function_that_does_not_serve_differs_in_its_state(
    functions: list[Function], state: str, shown: list[str]
) -> None:
    found = compare(functions, [replace(DEPLOYED, state=state)])

    assert [(it.fact, it.deployed) for it in found] == [("state", it) for it in shown]


def test_variables_of_google_tools_count_if_deploy_files_set_them(
    functions: list[Function],
) -> None:
    options = replace(functions[0].options, variables=("GCP_PROJECT", "MODE"))
    function = replace(functions[0], options=options)
    names = {
        "same": ("GCP_PROJECT", "GOOGLE_ENTRYPOINT", "LOG_EXECUTION_ID", "MODE"),
        "lacking": ("LOG_EXECUTION_ID", "MODE"),
    }

    found = {
        key: [it.fact for it in compare([function], [replace(DEPLOYED, variables=it)])]
        for key, it in names.items()
    }

    assert found == {"same": [], "lacking": ["variables"]}


def test_a_background_function_may_be_deployed_as_second_generation(
    functions: list[Function],
) -> None:
    function = replace(functions[0], signature_type=SignatureType.EVENT, generation=2)

    assert "generation" not in {it.fact for it in compare([function], [DEPLOYED])}


def test_firebase_schedules_are_http_functions_behind_a_topic(tmp_path: Path) -> None:
    source = """\
        import functions_framework

        @functions_framework.http
        def nightly(request):
            return ""
        """
    [function] = functions_of(write_tree(tmp_path, {"main.py": source})).values()
    topic = "projects/p/topics/firebase-schedule-nightly-us-central1"
    item = DeployedFunction(
        "nightly",
        entry_point="nightly",
        trigger=event_trigger("google.pubsub.topic.publish", resource=topic),
    )

    assert compare([function], [item]) == []
