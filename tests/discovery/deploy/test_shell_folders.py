"""Folders, other files and other scripts that a deploy script uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from discovery.deploy.reading import names, places

if TYPE_CHECKING:
    from pathlib import Path


MAIN = "def main(argument):\n    return ''\n"


FOLDERS = {"functions/one/main.py": MAIN, "functions/two/main.py": MAIN}


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
