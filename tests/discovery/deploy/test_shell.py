"""Shell scripts: what is followed, what is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from discovery.deploy.reading import names, places, read
from source_tree import functions_of, problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "def main(argument):\n    return ''\n"
FOLDERS = {"functions/one/main.py": MAIN, "functions/two/main.py": MAIN}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (
            (
                'NAME=api\nENTRY="serve_$NAME"\ngcloud functions deploy $NAME '
                "--entry-point=${ENTRY}\n"
            ),
            [("serve_api", "api")],
        ),
        (
            "gcloud functions deploy ${NAME:-api} --entry-point ${1:-serve}\n",
            [("serve", "api")],
        ),
        (
            (
                "readonly NAME='api'\ndeclare ENTRY=serve\n"
                'gcloud beta functions deploy "$NAME" --entry-point "$ENTRY"\n'
            ),
            [("serve", "api")],
        ),
        (
            (
                "for name in one two; do\n"
                "  gcloud functions deploy $name --entry-point=${name}_main\ndone\n"
            ),
            [("one_main", "one"), ("two_main", "two")],
        ),
        (
            (
                "FUNCTIONS=(one two)\nFUNCTIONS+=(three)\n"
                'for name in "${FUNCTIONS[@]}"; do gcloud functions deploy "$name"'
                " --trigger-http; done\n"
            ),
            [("one", "one"), ("two", "two"), ("three", "three")],
        ),
        (
            (
                "declare -A ENTRIES=([one]=first [two]=second)\n"
                'for name in "${!ENTRIES[@]}"; do\n'
                '  gcloud functions deploy $name --entry-point "${ENTRIES[$name]}"\n'
                "done\n"
            ),
            [("first", "one"), ("second", "two")],
        ),
        (
            (
                'for pair in "one:first" "two:second"; do\n'
                "  IFS=':' read -r name entry <<< \"$pair\"\n"
                "  gcloud functions deploy $name --entry-point $entry\ndone\n"
            ),
            [("first", "one"), ("second", "two")],
        ),
        (
            (
                "for pair in one:first two:second; do\n"
                "  gcloud functions deploy ${pair%%:*} --entry-point ${pair##*:}\n"
                "done\n"
            ),
            [("first", "one"), ("second", "two")],
        ),
        (
            (
                'deploy() {\n  local name=$1\n  gcloud functions deploy "$name" '
                '--entry-point "$2"\n}\ndeploy one first\ndeploy two second\n'
            ),
            [("first", "one"), ("second", "two")],
        ),
        (
            (
                "function deploy { gcloud functions deploy $1 --trigger-http; }\n"
                "for name in one two; do deploy $name; done\n"
            ),
            [("one", "one"), ("two", "two")],
        ),
        (
            (
                'case "$1" in\n  one) ENTRY=first ;;\n  two) ENTRY=second ;;\n'
                "  *) echo usage; exit 1 ;;\nesac\n"
                "gcloud functions deploy $1 --entry-point $ENTRY\n"
            ),
            [("first", "one"), ("second", "two")],
        ),
        (
            (
                'if [ "$STAGE" = prod ]; then NAME=api; else NAME=api-dev; fi\n'
                "gcloud functions deploy $NAME --entry-point serve\n"
            ),
            [("serve", "api"), ("serve", "api-dev")],
        ),
        (
            (
                'if [ -z "$1" ]; then\n  echo usage\n  exit 1\nfi\n'
                "gcloud functions deploy api --entry-point serve\n"
            ),
            [("serve", "api")],
        ),
        (
            (
                "while read -r name entry; do\n"
                "  gcloud functions deploy $name --entry-point $entry\n"
                "done <<EOF\none first\ntwo second\nEOF\n"
            ),
            [("first", "one"), ("second", "two")],
        ),
        (
            "CMD='gcloud functions deploy api --entry-point serve'\n$CMD --quiet\n",
            [("serve", "api")],
        ),
        (
            "CMD='gcloud functions deploy api --entry-point serve'\neval \"$CMD\"\n",
            [("serve", "api")],
        ),
        (
            "bash -c 'gcloud functions deploy api --entry-point serve'\n",
            [("serve", "api")],
        ),
        (
            (
                "ARGS=(functions deploy api)\nARGS+=(--entry-point serve)\n"
                'gcloud "${ARGS[@]}" --trigger-http\n'
            ),
            [("serve", "api")],
        ),
        (
            (
                "NAME=$(echo my_api | tr '_' '-')\n"
                "gcloud functions deploy $NAME --entry-point=serve\n"
            ),
            [("serve", "my-api")],
        ),
        (
            "NAME=my_api\ngcloud functions deploy ${NAME//_/-} --entry-point=$NAME\n",
            [("my_api", "my-api")],
        ),
        (
            (
                "gcloud functions describe api || gcloud functions deploy api "
                "--entry-point serve\n"
            ),
            [("serve", "api")],
        ),
        (
            (
                "GCLOUD=$(which gcloud)\n$GCLOUD functions deploy api --entry-point serve\n"
                "${SDK}/gcloud functions deploy two --entry-point serve\n"
                "$TOOL beta functions deploy three --entry-point serve\n"
            ),
            [("serve", "api"), ("serve", "two"), ("serve", "three")],
        ),
        (
            (
                'run() {\n  if [ $DRY_RUN -eq 1 ]; then echo "$@"; else "$@"; fi\n}\n'
                "run gcloud functions deploy api --entry-point=serve\n"
            ),
            [("serve", "api")],
        ),
        (
            (
                "ONE=first\nWHICH=ONE\n"
                "gcloud functions deploy api --entry-point ${!WHICH}\n"
            ),
            [("first", "api")],
        ),
        (
            (
                "while [ $tries -le 3 ]; do\n  if gcloud functions deploy api "
                "--entry-point serve; then break; fi\ndone\n"
            ),
            [("serve", "api")],
        ),
        (
            "env FUNCTION_TARGET=serve functions-framework --port 8080\n",
            [("serve", "-")],
        ),
        (
            "export FUNCTION_TARGET=serve\npython -m functions_framework\n",
            [("serve", "-")],
        ),
        (
            "poetry run functions-framework --target serve --debug &\n",
            [("serve", "-")],
        ),
        (
            "gcloud run deploy api --source . --function serve --base-image python3\n",
            [("serve", "api")],
        ),
    ],
)
def test_values_are_followed(
    tmp_path: Path, script: str, expected: list[tuple[str, str]]
) -> None:
    assert names(tmp_path, "deploy.sh", {"deploy.sh": script}) == expected


@pytest.mark.parametrize(
    "script",
    [
        "gcloud functions deploy $1 --entry-point $2\n",
        "read -p 'name? ' NAME\ngcloud functions deploy $NAME --trigger-http\n",
        "gcloud functions call hello --data '{}'\n",
        "gcloud functions delete hello\n",
        "gcloud functions describe hello --region x\n",
        "gcloud scheduler jobs create http hello --uri https://x\n",
        "gcloud run deploy api --image gcr.io/p/api\n",
        "gcloud functions deploy hello --runtime nodejs20 --trigger-http\n",
        "echo gcloud functions deploy hello --trigger-http\n",
        "# gcloud functions deploy hello --trigger-http\n",
        "gcloud functions deploy $(terraform output name) --trigger-http\n",
        "gcloud functions deploy <name> --entry-point=<entry>\n",
        "gcloud functions deploy [FUNCTION NAME] --trigger-http\n",
        "pip install functions-framework\n",
    ],
)
def test_unknown_values_are_skipped(tmp_path: Path, script: str) -> None:
    found = read(tmp_path, "deploy.sh", {"deploy.sh": script})

    assert [item.entry_point for item in found if item.entry_point] == []


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("cd functions/one\n{}", [("main", "functions/one")]),
        ("cd functions/one && {}", [("main", "functions/one")]),
        ("(cd functions/one && {})\n{}", [("main", "functions/one"), ("main", ".")]),
        (
            "pushd functions/one\n{}\npopd\n{}",
            [("main", "functions/one"), ("main", ".")],
        ),
        (
            "cd functions/one\n{}\ncd ../two\n{}",
            [
                ("main", "functions/one"),
                ("main", "functions/two"),
            ],
        ),
        ("cd functions/one\n{}\ncd -\n{}", [("main", "functions/one"), ("main", ".")]),
        ('cd "$(dirname "$0")/functions/one"\n{}', [("main", "functions/one")]),
        (
            (
                'HERE="$(cd "$(dirname "${{BASH_SOURCE[0]}}")" && pwd)"\n'
                'cd "$HERE"/functions/two\n{}'
            ),
            [("main", "functions/two")],
        ),
        (
            "ROOT=$PWD\ncd functions/one\n{} --source $ROOT/functions/two",
            [("main", "functions/two")],
        ),
        (
            "for d in functions/*/; do\n(cd $d && {})\ndone",
            [
                ("main", "functions/one"),
                ("main", "functions/two"),
            ],
        ),
        (
            'for d in functions/*; do {} --source="$d"; done',
            [
                ("main", "functions/one"),
                ("main", "functions/two"),
            ],
        ),
        (
            "for d in $(ls functions); do {} --source=functions/$d; done",
            [
                ("main", "functions/one"),
                ("main", "functions/two"),
            ],
        ),
        (
            (
                "for d in $(find functions -mindepth 1 -maxdepth 1 -type d); do\n"
                "  {} --source=$d\ndone"
            ),
            [("main", "functions/one"), ("main", "functions/two")],
        ),
        ("cd $UNKNOWN\n{}", [("main", "-")]),
    ],
)
def test_folders_are_followed(
    tmp_path: Path, script: str, expected: list[tuple[str, str]]
) -> None:
    command = "gcloud functions deploy api --entry-point main --runtime python312"
    text = script.format(*[command] * script.count("{}")) + "\n"

    assert places(tmp_path, "deploy.sh", {**FOLDERS, "deploy.sh": text}) == expected


def test_names_can_come_from_folders(tmp_path: Path) -> None:
    script = (
        "for d in functions/*/; do\n  name=$(basename $d)\n"
        '  gcloud functions deploy "$name-api" --entry-point ${name}_main\ndone\n'
    )

    assert names(tmp_path, "deploy.sh", {**FOLDERS, "deploy.sh": script}) == [
        ("one_main", "one-api"),
        ("two_main", "two-api"),
    ]


def test_a_name_can_come_from_the_scripts_folder(tmp_path: Path) -> None:
    script = 'gcloud functions deploy $(basename "$PWD") --entry-point main\n'

    assert names(tmp_path, "billing/deploy.sh", {"billing/deploy.sh": script}) == [
        ("main", "billing")
    ]


@pytest.mark.parametrize(
    ("line", "file", "text"),
    [
        ("source ./config.sh", "config.sh", "export ENTRY=serve\n"),
        (". scripts/config.sh", "scripts/config.sh", "ENTRY=serve\n"),
        ("set -a; source .env; set +a", ".env", "# entry\nENTRY='serve'\n"),
        ("export $(cat .env | xargs)", ".env", "ENTRY=serve\n"),
        ("export $(grep -v '^#' .env | xargs)", ".env", "ENTRY=serve\n"),
        ('source "$(dirname "$0")/lib/vars"', "lib/vars", "ENTRY=serve\n"),
    ],
)
def test_values_come_from_other_files(
    tmp_path: Path, line: str, file: str, text: str
) -> None:
    script = f"{line}\ngcloud functions deploy api --entry-point $ENTRY\n"

    assert names(tmp_path, "deploy.sh", {"deploy.sh": script, file: text}) == [
        ("serve", "api")
    ]


def test_functions_come_from_other_files(tmp_path: Path) -> None:
    found = names(
        tmp_path,
        "deploy.sh",
        {
            "deploy.sh": "source lib.sh\ndeploy one first\n",
            "lib.sh": "deploy() { gcloud functions deploy $1 --entry-point $2; }\n",
        },
    )

    assert found == [("first", "one")]


def test_another_script_is_followed_with_its_arguments(tmp_path: Path) -> None:
    files = {
        "all.sh": "# gcloud\nfor name in one two; do ./deploy.sh $name; done\n",
        "deploy.sh": "gcloud functions deploy $1 --entry-point=${1}_main\n",
    }

    assert names(tmp_path, "all.sh", files) == [
        ("one_main", "one"),
        ("two_main", "two"),
    ]


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
