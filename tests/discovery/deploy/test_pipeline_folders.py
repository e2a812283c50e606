"""Folders, staged files and included files of a pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from discovery.deploy.reading import names, places

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "cloudbuild.yaml",
            """\
            steps:
            - name: gcr.io/cloud-builders/gcloud
              dir: svc
              args: [functions, deploy, api, --entry-point=serve]
            """,
        ),
        (
            ".gitlab-ci.yml",
            """\
            deploy:
              before_script: [cd svc]
              script: [gcloud functions deploy api --entry-point serve]
            """,
        ),
        (
            ".circleci/config.yml",
            """\
            jobs:
              deploy:
                working_directory: ~/repo
                steps:
                - run:
                    command: gcloud functions deploy api --entry-point serve
                    working_directory: ~/repo/svc
            """,
        ),
        (
            "azure-pipelines.yml",
            """\
            steps:
            - script: gcloud functions deploy api --entry-point serve
              workingDirectory: $(Build.SourcesDirectory)/svc
            """,
        ),
    ],
)
def test_commands_run_in_their_folder(tmp_path: Path, name: str, text: str) -> None:
    assert places(tmp_path, name, {name: text, "svc/main.py": ""}) == [("serve", "svc")]


def test_files_staged_by_an_earlier_step_are_traced(tmp_path: Path) -> None:
    text = """\
        steps:
        - name: ubuntu
          entrypoint: bash
          args: [-c, "cp src/main.py build/"]
        - name: gcr.io/cloud-builders/gcloud
          args: [functions, deploy, api, --entry-point=serve, --source=build]
        """
    files = {"cloudbuild.yaml": text, "src/main.py": ""}

    assert places(tmp_path, "cloudbuild.yaml", files) == [("serve", "src")]


def test_pipelines_include_each_other(tmp_path: Path) -> None:
    files = {
        ".gitlab-ci.yml": "include:\n- local: /ci/base.yml\n"
        "deploy:\n  extends: .base\n  variables: {ENTRY: serve}\n",
        "ci/base.yml": ".base:\n  script:\n"
        "  - gcloud functions deploy api --entry-point $ENTRY\n",
    }

    assert names(tmp_path, ".gitlab-ci.yml", files) == [("serve", "api")]
