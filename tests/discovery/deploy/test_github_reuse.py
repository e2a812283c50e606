"""Workflows and actions that call each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discovery.deploy.reading import names
from source_tree import open_tree, write_tree

if TYPE_CHECKING:
    from pathlib import Path


WORKFLOW = ".github/workflows/deploy.yml"


REUSABLE = {
    WORKFLOW: """\
        on: push
        jobs:
          one:
            uses: ./.github/workflows/reusable.yml
            with: {name: one, entry: first}
          all:
            strategy: {matrix: {name: [two, three]}}
            uses: ./.github/workflows/reusable.yml
            with:
              name: ${{ matrix.name }}
              entry: second
        """,
    ".github/workflows/reusable.yml": """\
        on:
          workflow_call:
            inputs:
              name: {required: true, type: string}
              entry: {required: true, type: string}
        jobs:
          deploy:
            steps:
            - uses: ./.github/actions/deploy
              with: {name: "${{ inputs.name }}", entry: "${{ inputs.entry }}"}
        """,
    ".github/actions/deploy/action.yml": """\
        inputs:
          name: {required: true}
          entry: {required: true}
        runs:
          using: composite
          steps:
          - shell: bash
            run: gcloud functions deploy ${{ inputs.name }} --entry-point=${{ inputs.entry }}
        """,
}


def test_reusable_workflows_and_actions_are_followed(tmp_path: Path) -> None:
    assert names(tmp_path, WORKFLOW, REUSABLE) == [
        ("first", "one"),
        ("second", "two"),
        ("second", "three"),
    ]


def test_an_edit_of_the_called_action_is_noticed(tmp_path: Path) -> None:
    write_tree(tmp_path, {**REUSABLE, "main.py": "def first(a):\n    return ''\n"})
    workspace = open_tree(tmp_path)
    workspace.facts()
    action = tmp_path / ".github/actions/deploy/action.yml"
    changed = action.read_text().replace("${{ inputs.name }}", "fn-${{ inputs.name }}")
    action.write_text(changed)
    workspace.changed([str(action)])

    (source,) = workspace.facts().folders[0].sources
    assert source.functions[0].deployed_names == ("fn-one",)


def test_one_job_deploys_eleven_functions(tmp_path: Path) -> None:
    listed = "".join(f"        - function_{i}\n" for i in range(11))
    workflow = (
        "on: push\njobs:\n  deploy:\n    strategy:\n      matrix:\n        function:\n"
        f"{listed}    steps:\n    - run: >-\n        gcloud functions deploy "
        "${{ matrix.function }} --runtime python312 --trigger-http\n"
    )

    assert len(names(tmp_path, WORKFLOW, {WORKFLOW: workflow})) == 11
