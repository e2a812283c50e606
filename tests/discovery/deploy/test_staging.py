"""Sources that a script copies, packs or uploads before it deploys them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from discovery.deploy.reading import places, read

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "def main(argument):\n    return ''\n"
FOLDERS = {"functions/one/main.py": MAIN, "functions/two/main.py": MAIN}


@pytest.mark.parametrize(
    "stage",
    [
        "mkdir -p build\ncp src/main.py src/helpers.py build/\n",
        "cp -r src/* build/\n",
        "cp -r src/. build\n",
        "rsync -av --exclude tests src/ build/\n",
        "install -D src/main.py build/main.py\n",
        "ln -s ../src/main.py build/main.py\ncp src/main.py build/main.py\n",
        "STAGE=build\ncp src/main.py $STAGE/main.py\n",
    ],
)
def test_a_staged_source_is_traced_to_the_copied_file(
    tmp_path: Path, stage: str
) -> None:
    script = (
        f"{stage}gcloud functions deploy api --entry-point main --runtime python312 "
        "--source build\n"
    )
    files = {"src/main.py": MAIN, "src/helpers.py": "", "deploy.sh": script}

    assert places(tmp_path, "deploy.sh", files) == [("main", "src")]


def test_a_staged_source_may_be_renamed(tmp_path: Path) -> None:
    script = (
        "TMP=$(mktemp -d)\ncp handlers/orders.py $TMP/main.py\n"
        "gcloud functions deploy api --entry-point main --source=$TMP\n"
    )
    files = {"handlers/orders.py": MAIN, "deploy.sh": script}

    (found,) = read(tmp_path, "deploy.sh", files)
    assert (found.folder, found.source) == (str(tmp_path / "handlers"), "orders.py")


def test_an_uploaded_archive_is_traced_to_its_files(tmp_path: Path) -> None:
    script = (
        "(cd src && zip -r ../api.zip main.py helpers.py)\n"
        "gsutil cp api.zip gs://bucket/api.zip\n"
        "gcloud functions deploy api --entry-point main --source gs://bucket/api.zip\n"
    )
    files = {"src/main.py": MAIN, "deploy.sh": script}

    assert places(tmp_path, "deploy.sh", files) == [("main", "src")]


def test_each_copy_in_a_loop_is_separate(tmp_path: Path) -> None:
    script = (
        "for name in one two; do\n  rm -rf build\n  cp functions/$name/main.py build/\n"
        "  gcloud functions deploy $name --entry-point main --source build\ndone\n"
    )

    assert places(tmp_path, "deploy.sh", {**FOLDERS, "deploy.sh": script}) == [
        ("main", "functions/one"),
        ("main", "functions/two"),
    ]
