"""Workflows and composite actions of GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from discovery.deploy.reading import names, places, read

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOW = ".github/workflows/deploy.yml"


@pytest.mark.parametrize(
    ("workflow", "expected"),
    [
        (
            """\
            on: push
            env:
              NAME: api
            jobs:
              deploy:
                env: {ENTRY: serve}
                steps:
                - run: |
                    gcloud functions deploy ${{ env.NAME }} \\
                      --entry-point $ENTRY --trigger-http
            """,
            [("serve", "api")],
        ),
        (
            """\
            on: push
            jobs:
              deploy:
                strategy:
                  matrix:
                    function: [one, two]
                steps:
                - run: gcloud functions deploy ${{ matrix.function }} --trigger-http
            """,
            [("one", "one"), ("two", "two")],
        ),
        (
            """\
            on: push
            jobs:
              deploy:
                strategy:
                  matrix:
                    include:
                    - {name: one, entry: first}
                    - {name: two, entry: second}
                steps:
                - uses: google-github-actions/deploy-cloud-functions@v2
                  with:
                    name: ${{ matrix.name }}
                    entry_point: ${{ matrix.entry }}
                    runtime: python312
            """,
            [("first", "one"), ("second", "two")],
        ),
        (
            """\
            on: push
            jobs:
              deploy:
                strategy:
                  matrix:
                    function:
                    - {name: one, entry: first}
                    - {name: two, entry: second}
                env:
                  ENTRY: ${{ matrix.function.entry }}
                steps:
                - run: gcloud functions deploy ${{ matrix.function.name }} --entry-point=$ENTRY
            """,
            [("first", "one"), ("second", "two")],
        ),
        (
            """\
            on: push
            jobs:
              deploy:
                strategy:
                  matrix:
                    name: ${{ fromJSON('["one", "two"]') }}
                    stage: [dev]
                steps:
                - run: gcloud functions deploy ${{ matrix.name }}-${{ matrix.stage }} --entry-point=${{ matrix.name }}
            """,
            [("one", "one-dev"), ("two", "two-dev")],
        ),
        (
            """\
            on:
              workflow_dispatch:
                inputs:
                  name: {default: api}
                  entry: {type: choice, options: [first, second]}
            jobs:
              deploy:
                steps:
                - run: gcloud functions deploy ${{ inputs.name }} --entry-point=${{ github.event.inputs.entry }}
            """,
            [("first", "api"), ("second", "api")],
        ),
        (
            """\
            on: push
            env:
              NAME: ${{ github.ref == 'refs/heads/main' && 'api' || 'api-dev' }}
            jobs:
              deploy:
                steps:
                - uses: google-github-actions/deploy-cloud-functions@v3
                  with: {name: "${{ env.NAME }}", entry_point: serve, runtime: python312}
            """,
            [("serve", "api"), ("serve", "api-dev")],
        ),
        (
            """\
            on: push
            jobs:
              deploy:
                steps:
                - run: echo "ENTRY=serve" >> $GITHUB_ENV
                - id: meta
                  run: echo "name=api" >> "$GITHUB_OUTPUT"
                - run: gcloud functions deploy ${{ steps.meta.outputs.name }} --entry-point $ENTRY
            """,
            [("serve", "api")],
        ),
        (
            """\
            on: push
            jobs:
              deploy:
                steps:
                - uses: google-github-actions/deploy-cloudrun@v2
                  with:
                    service: api
                    source: ./svc
                    flags: --function=serve --base-image=python312
            """,
            [("serve", "api")],
        ),
        (
            """\
            on: push
            jobs:
              deploy:
                steps:
                - uses: actions-hub/gcloud@master
                  with:
                    args: functions deploy api --entry-point serve --trigger-http
            """,
            [("serve", "api")],
        ),
        (
            """\
            on: push
            jobs:
              deploy:
                steps:
                - run: gcloud functions deploy ${{ vars.NAME }} --entry-point=${{ secrets.ENTRY }}
            """,
            [],
        ),
        (
            """\
            on: push
            jobs:
              test:
                uses: ./.github/workflows/other.yml
            """,
            [],
        ),
    ],
)
def test_values_are_followed(
    tmp_path: Path, workflow: str, expected: list[tuple[str, str]]
) -> None:
    assert names(tmp_path, WORKFLOW, {WORKFLOW: workflow}) == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("defaults: {run: {working-directory: svc}}\njobs:\n  a:\n    steps:\n", "svc"),
        (
            "jobs:\n  a:\n    defaults: {run: {working-directory: svc}}\n    steps:\n",
            "svc",
        ),
        ("jobs:\n  a:\n    steps:\n", "."),
    ],
)
def test_working_directories_are_followed(
    tmp_path: Path, where: str, expected: str
) -> None:
    workflow = (
        f"on: push\n{where}    - run: gcloud functions deploy api --entry-point serve\n"
        "    - run: gcloud functions deploy b --entry-point serve\n"
        "      working-directory: jobs/b\n"
    )
    files = {WORKFLOW: workflow, "svc/main.py": "", "jobs/b/main.py": ""}

    assert places(tmp_path, WORKFLOW, files) == [
        ("serve", expected),
        ("serve", "jobs/b"),
    ]


@pytest.mark.parametrize(
    ("given", "generation"),
    [("v0", 1), ("v1.2", 1), ("v2", 2), ("v3", 2), ("0123abcd", None)],
)
def test_the_version_of_the_action_is_its_generation(
    tmp_path: Path, given: str, generation: int | None
) -> None:
    workflow = f"""\
        on: push
        jobs:
          a:
            steps:
            - uses: google-github-actions/deploy-cloud-functions@{given}
              with: {{name: api, runtime: python312, source_dir: svc}}
        """
    (found,) = read(tmp_path, WORKFLOW, {WORKFLOW: workflow})

    assert (found.entry_point, found.folder) == ("api", "svc")
    assert found.generation == generation


def test_a_trigger_of_the_action_makes_an_event_function(tmp_path: Path) -> None:
    workflow = """\
        on: push
        jobs:
          a:
            steps:
            - uses: google-github-actions/deploy-cloud-functions@v1
              with:
                name: api
                entry_point: serve
                runtime: python39
                event_trigger_type: providers/cloud.pubsub/eventTypes/topic.publish
        """
    (found,) = read(tmp_path, WORKFLOW, {WORKFLOW: workflow})

    assert found.trigger == "event"
    assert found.signature_type is not None
    assert found.signature_type.value == "event"
