"""Shell scripts: what is followed, what is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from discovery.deploy.reading import names, read

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
