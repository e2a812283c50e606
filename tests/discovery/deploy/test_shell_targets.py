"""Loops, spans and names of targets in deploy scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from discovery.deploy.reading import read
from source_tree import functions_of, problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path


def test_triggers_and_generations_are_kept(tmp_path: Path) -> None:
    script = (
        "gcloud functions deploy a --entry-point a --trigger-http --gen2\n"
        "gcloud functions deploy b --entry-point b --trigger-topic t --no-gen2\n"
        "gcloud functions deploy c --entry-point c --trigger-event-filters=x=y --gen2\n"
        "gcloud functions deploy d --update-env-vars=A=1\n"
        "functions-framework --target e --signature-type cloudevent --asgi\n"
    )
    found = read(tmp_path, "deploy.sh", {"deploy.sh": script})

    assert [(f.name, f.trigger, f.generation, f.is_update) for f in found[:4]] == [
        ("a", "http", 2, False),
        ("b", "event", 1, False),
        ("c", "event", 2, False),
        ("d", None, None, True),
    ]
    assert (found[4].entry_point, found[4].trigger, found[4].asgi) == (
        "e",
        "event",
        True,
    )


def test_the_span_is_that_of_the_entry_point(tmp_path: Path) -> None:
    script = "ENTRY=serve\n\ngcloud functions deploy api \\\n  --entry-point $ENTRY\n"

    (found,) = read(tmp_path, "deploy.sh", {"deploy.sh": script})
    span = found.span
    assert (span.line, span.column, span.end_column) == (1, 7, 12)


def test_a_loop_deploys_each_function(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "functions/one/main.py": "def one(a, b):\n    pass\n",
            "functions/two/main.py": "def two(a, b):\n    pass\n",
            "scripts/deploy.sh": 'cd "$(dirname "$0")/.."\nfor name in one two; do\n'
            "  gcloud functions deploy fn-$name --entry-point $name --trigger-topic t "
            "--source functions/$name\ndone\n",
        },
    )

    found = functions_of(tmp_path)
    assert {f.id: f.deployed_name for f in found.values()} == {
        "functions.one.main.one": "fn-one",
        "functions.two.main.two": "fn-two",
    }


def test_a_wrong_entry_point_after_cd_is_found(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": "def hello(request):\n    return ''\n",
            "svc/main.py": "def serve(request):\n    return ''\n",
            "deploy.sh": "cd svc\ngcloud functions deploy api --entry-point hello "
            "--runtime python312 --trigger-http\n",
        },
    )

    (problem,) = problems_of(tmp_path, code="unknown-entry-point")
    assert "svc/main.py" in problem.message


@pytest.mark.parametrize(
    "command",
    [
        "pack build image --builder x --env GOOGLE_FUNCTION_TARGET=serve --path svc",
        "docker run --rm -e FUNCTION_TARGET=serve -p 8080:8080 image",
        "docker run image functions-framework --target serve",
        "FUNCTION_TARGET=serve gunicorn -b :8080 'functions_framework:create_app()'",
        "gunicorn 'functions_framework:create_app(\"serve\")'",
        "gcloud builds submit --pack image=x,env=GOOGLE_FUNCTION_TARGET=serve",
        "gcloud run deploy x --source . --set-build-env-vars GOOGLE_FUNCTION_TARGET=serve",
        "gcloud functions deploy x --flags-file flags.yaml",
    ],
)
def test_other_ways_to_name_a_target_are_recognized(
    tmp_path: Path, command: str
) -> None:
    files = {"deploy.sh": f"{command}\n", "flags.yaml": "--entry-point: serve\n"}

    (found,) = read(tmp_path, "deploy.sh", files)
    assert found.entry_point == "serve"


def test_the_event_source_of_a_function_is_kept(tmp_path: Path) -> None:
    script = (
        "gcloud functions deploy a --entry-point a --trigger-topic orders "
        "--set-env-vars A=1,B=2 --update-env-vars C=3\n"
        "gcloud functions deploy b --entry-point b "
        "--trigger-event-filters type=some.type --trigger-event-filters bucket=x\n"
    )
    one, two = read(tmp_path, "deploy.sh", {"deploy.sh": script})

    assert one.triggers[0].get("topic") == "orders"
    assert one.variables == ("A", "B", "C")
    assert two.triggers[0].event_type == "some.type"
    assert two.triggers[0].filters == (("bucket", "x"),)
