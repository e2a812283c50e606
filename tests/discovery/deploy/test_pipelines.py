"""Pipelines of GitLab, CircleCI, Cloud Build, Azure, Bitbucket and others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from discovery.deploy.reading import names, read

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            ".gitlab-ci.yml",
            """\
            variables: {ENTRY: serve}
            deploy:
              variables:
                NAME: $CI_JOB_NAME-api
              script:
              - gcloud functions deploy "$NAME" --entry-point $ENTRY --trigger-http
            """,
            [("serve", "deploy-api")],
        ),
        (
            ".gitlab-ci.yml",
            """\
            .deploy:
              before_script:
              - cd functions/$NAME
              script:
              - gcloud functions deploy $NAME --entry-point $ENTRY
            one:
              extends: .deploy
              variables: {NAME: one, ENTRY: first}
            others:
              extends: [.deploy]
              parallel:
                matrix:
                - NAME: [two, three]
                  ENTRY: second
            """,
            [("first", "one"), ("second", "two"), ("second", "three")],
        ),
        (
            ".gitlab-ci.yml",
            """\
            .setup:
              script:
              - gcloud functions deploy api --entry-point $ENTRY
            deploy:
              variables: {ENTRY: serve}
              script:
              - !reference [.setup, script]
            """,
            [("serve", "api")],
        ),
        (
            ".gitlab-ci.yml",
            """\
            .job: &job
              script:
              - gcloud functions deploy $NAME --entry-point serve
            deploy:
              <<: *job
              variables: {NAME: api}
            """,
            [("serve", "api")],
        ),
        (
            ".circleci/config.yml",
            """\
            version: 2.1
            commands:
              deploy_function:
                parameters:
                  name: {type: string}
                  entry: {type: string, default: serve}
                steps:
                - run:
                    name: Deploy
                    command: |
                      gcloud functions deploy << parameters.name >> \\
                        --entry-point << parameters.entry >>
            jobs:
              deploy:
                parameters: {name: {type: string}}
                steps:
                - checkout
                - deploy_function: {name: << parameters.name >>}
            workflows:
              main:
                jobs:
                - deploy: {name: one}
                - deploy:
                    matrix: {parameters: {name: [two, three]}}
            """,
            [("serve", "one"), ("serve", "two"), ("serve", "three")],
        ),
        (
            "cloudbuild.yaml",
            """\
            steps:
            - name: gcr.io/google.com/cloudsdktool/cloud-sdk
              entrypoint: bash
              args:
              - -c
              - |
                gcloud functions deploy ${_NAME} --entry-point=$_ENTRY \\
                  --trigger-http
            - name: gcr.io/cloud-builders/gcloud
              args: [functions, deploy, two, "--entry-point=${_ENTRY}", --gen2]
            - name: google/cloud-sdk
              script: gcloud functions deploy three --entry-point serve
            - name: gcr.io/google.com/cloudsdktool/cloud-sdk
              args: [gcloud, functions, deploy, four, --entry-point, "$_ENTRY"]
            substitutions: {_NAME: one, _ENTRY: serve}
            """,
            [("serve", "one"), ("serve", "two"), ("serve", "three"), ("serve", "four")],
        ),
        (
            "cloudbuild.yaml",
            """\
            steps:
            - name: gcr.io/cloud-builders/gcloud
              args: [functions, deploy, "$_NAME", "--entry-point=$_ENTRY"]
            """,
            [],
        ),
        (
            "cloudbuild.yaml",
            """\
            steps:
            - name: gcr.io/cloud-builders/gcloud
              entrypoint: bash
              args:
              - -c
              - |
                for name in one two; do
                  gcloud functions deploy $$name --entry-point=$${name}_main
                done
            """,
            [("one_main", "one"), ("two_main", "two")],
        ),
        (
            "azure-pipelines.yml",
            """\
            variables: {NAME: api}
            parameters:
            - {name: entry, default: serve}
            jobs:
            - job: deploy
              steps:
              - script: gcloud functions deploy $(NAME) --entry-point ${{ parameters.entry }}
              - task: Bash@3
                inputs:
                  targetType: inline
                  script: gcloud functions deploy two --entry-point $(NAME)
            """,
            [("serve", "api"), ("api", "two")],
        ),
        (
            "azure-pipelines.yml",
            """\
            jobs:
            - job: deploy
              strategy:
                matrix:
                  first: {name: one}
                  second: {name: two}
              steps:
              - bash: gcloud functions deploy $(name) --trigger-http
            """,
            [("one", "one"), ("two", "two")],
        ),
        (
            "bitbucket-pipelines.yml",
            """\
            pipelines:
              default:
              - step:
                  script:
                  - export NAME=api
                  - gcloud functions deploy $NAME --entry-point serve
            """,
            [("serve", "api")],
        ),
        (
            "bitbucket-pipelines.yml",
            """\
            pipelines:
              default:
              - step:
                  script:
                  - pipe: docker://someone/google-cloud-functions-deploy:latest
                    variables:
                      FUNCTION_NAME: api
                      ENTRY_POINT: serve
                      RUNTIME: python312
                      SOURCE: svc
            """,
            [("serve", "api")],
        ),
        (
            ".buildkite/pipeline.yml",
            """\
            steps:
            - command: gcloud functions deploy {{matrix}} --entry-point serve
              matrix: [one, two]
            - commands:
              - cd svc
              - gcloud functions deploy three --entry-point serve
            """,
            [("serve", "one"), ("serve", "two"), ("serve", "three")],
        ),
        (
            ".travis.yml",
            """\
            language: python
            env:
            - NAME=api
            deploy:
              provider: script
              script: gcloud functions deploy $NAME --entry-point serve
            """,
            [("serve", "api")],
        ),
        (
            "playbook.yml",
            """\
            - hosts: localhost
              vars: {entry: serve}
              tasks:
              - name: deploy
                command: gcloud functions deploy {{ item.name }} --entry-point {{ entry }}
                loop:
                - {name: one}
                - {name: two}
              - shell: gcloud functions deploy three --entry-point {{ entry }}
                args: {chdir: svc}
            """,
            [("serve", "one"), ("serve", "two"), ("serve", "three")],
        ),
        (
            "Taskfile.yml",
            """\
            version: '3'
            vars: {NAME: api, ENTRY: serve}
            tasks:
              deploy:
                dir: svc
                cmds:
                - gcloud functions deploy {{.NAME}} --entry-point {{ .ENTRY }}
              run:
                cmd: functions-framework --target {{.ENTRY}} --debug
              other:
                vars: {NAME: two}
                cmds:
                - cmd: gcloud functions deploy {{.NAME}} --entry-point {{ .ENTRY }}
            """,
            [("serve", "api"), ("serve", "-"), ("serve", "two")],
        ),
    ],
)
def test_each_pipeline_is_read(
    tmp_path: Path, name: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert names(tmp_path, name, {name: text}) == expected


def test_a_pipeline_that_is_not_a_mapping_deploys_nothing(tmp_path: Path) -> None:
    for text in ("- a\n- b\n", "text\n", "steps: 5\njobs: [1]\n", "a: &x [*x]\n"):
        assert read(tmp_path, ".gitlab-ci.yml", {".gitlab-ci.yml": text}) == []
