"""Edits of deploy files, and of what they refer to, end where a fresh start begins."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funclens.catalog import build_catalog, listing
from funclens.discovery import Workspace
from source_tree import open_tree, write_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

MAIN = "def serve(argument):\n    return ''\n\n\ndef other(argument):\n    return ''\n"
COMMAND = "gcloud functions deploy $NAME --entry-point $ENTRY --runtime python312"
LOOP = (
    "for d in functions/*/; do\n  gcloud functions deploy $(basename $d) "
    "--entry-point serve --source $d\ndone\n"
)
STAGE = (
    "cp functions/one/main.py build/\n"
    "gcloud functions deploy x --entry-point serve --source build\n"
)
CALLS = (
    "on: push\njobs:\n  a:\n    uses: ./.github/workflows/reusable.yml\n"
    "    with: {name: w}\n"
)
CALLED = (
    "on: {workflow_call: {inputs: {name: {}}}}\njobs:\n  a:\n    steps:\n"
    "    - run: gcloud functions deploy ${{ inputs.name }} --entry-point serve\n"
)
FILES = {
    "main.py": [MAIN, f"# {COMMAND}\n{MAIN}", ""],
    "functions/one/main.py": [MAIN],
    "functions/two/main.py": [MAIN],
    "deploy.sh": [
        f". ./config.sh\n{COMMAND}\n",
        LOOP,
        f"source .env\ncd functions/one\n{COMMAND}\n",
        STAGE,
    ],
    "config.sh": ["NAME=one ENTRY=serve\n", "NAME=two\nENTRY=other\n", ""],
    ".env": ["NAME=one\nENTRY=serve\n", "NAME=env\nENTRY=other\n"],
    "Makefile": [
        "include config.mk\nd:\n\tgcloud functions deploy $(NAME) --entry-point serve\n"
    ],
    "config.mk": ["NAME = made\n", "NAME = again\n"],
    ".github/workflows/deploy.yml": [CALLS],
    ".github/workflows/reusable.yml": [CALLED, CALLED.replace("${{", "b-${{")],
}
EDITS = st.one_of(
    *(
        st.tuples(st.just("write"), st.just(name), st.sampled_from(texts))
        for name, texts in FILES.items()
    ),
    st.tuples(st.just("delete"), st.sampled_from(sorted(FILES)), st.just("")),
    st.tuples(
        st.just("remove"), st.sampled_from(["functions", "functions/two"]), st.just("")
    ),
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(EDITS, min_size=1, max_size=14))
def test_edits_lead_to_the_same_facts_as_a_fresh_start(
    edits: Sequence[tuple[str, str, str]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        workspace = open_tree(folder)
        for verb, path, text in edits:
            if verb == "write":
                write_tree(folder, {path: text})
            elif verb == "delete":
                (folder / path).unlink(missing_ok=True)
            else:
                shutil.rmtree(folder / path, ignore_errors=True)
            workspace.changed([str(folder / path)])
            workspace.facts()

        fresh = Workspace([str(folder)])
        fresh.load()

        assert listing(build_catalog(workspace.facts())) == listing(
            build_catalog(fresh.facts())
        )


@pytest.mark.parametrize(
    ("script", "other", "texts"),
    [
        (". ./config.sh\n", "config.sh", ("NAME=one", "NAME=two")),
        ("source .env\n", ".env", ("NAME=one", "NAME=two")),
    ],
)
def test_an_edit_of_a_sourced_file_changes_the_name(
    tmp_path: Path, script: str, other: str, texts: tuple[str, str]
) -> None:
    command = "gcloud functions deploy $NAME --entry-point serve\n"
    write_tree(tmp_path, {"main.py": MAIN, "deploy.sh": script + command})
    workspace = open_tree(tmp_path)
    seen = []
    for text in texts:
        write_tree(tmp_path, {other: text + "\n"})
        workspace.changed([str(tmp_path / other)])
        (source,) = workspace.facts().folders[0].sources
        seen.append(source.functions[0].deployed_names)

    assert seen == [("one",), ("two",)]


def test_a_new_folder_is_deployed_by_the_loop(tmp_path: Path) -> None:
    write_tree(tmp_path, {"functions/one/main.py": MAIN, "deploy.sh": LOOP})
    workspace = open_tree(tmp_path)
    assert len(workspace.facts().folders[0].sources) == 1

    write_tree(tmp_path, {"functions/two/main.py": MAIN})
    workspace.changed([str(tmp_path / "functions/two/main.py")])

    names = [
        function.deployed_names
        for source in workspace.facts().folders[0].sources
        for function in source.functions
    ]
    assert names == [("one",), ("two",)]
