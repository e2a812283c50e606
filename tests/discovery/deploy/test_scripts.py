"""Scripts in JSON, TOML, tox, just, PowerShell, batch, Jenkins, Procfiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from discovery.deploy.reading import names, places, read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "package.json",
            '{"scripts": {"deploy": "gcloud functions deploy api --entry-point serve"}}',
            [("serve", "api")],
        ),
        (
            ".vscode/tasks.json",
            """\
            {
              // started from the palette
              "inputs": [{"id": "entry", "options": ["one", "two"]}],
              "tasks": [
                {"command": "functions-framework", "args": ["--target", "${input:entry}"]},
                {"command": "gcloud functions deploy api --entry-point serve",},
              ],
            }
            """,
            [("one", "-"), ("two", "-"), ("serve", "api")],
        ),
        (
            ".vscode/launch.json",
            """\
            {"configurations": [
              {"module": "functions_framework", "args": ["--target", "one"]},
              {"module": "functions_framework", "args": "--target two --debug"},
              {"module": "functions_framework", "env": {"FUNCTION_TARGET": "three"}},
              {"program": "${workspaceFolder}/.venv/bin/functions-framework",
               "args": ["--target=four"] /* the last */}
            ]}
            """,
            [("one", "-"), ("two", "-"), ("three", "-"), ("four", "-")],
        ),
        (
            "cloudbuild.json",
            (
                '{"steps": [{"name": "gcr.io/cloud-builders/gcloud",'
                ' "args": ["functions", "deploy", "api", "--entry-point=serve"]}]}'
            ),
            [("serve", "api")],
        ),
        (
            "pyproject.toml",
            """\
            [tool.poe.tasks]
            serve = "functions-framework --target one --debug"
            deploy.cmd = "gcloud functions deploy two --entry-point two"
            [tool.pdm.scripts]
            start = {shell = "functions-framework --target three"}
            [tool.hatch.envs.default.scripts]
            start = ["echo start", "functions-framework --target four"]
            [tool.taskipy.tasks]
            start = {cmd = "functions-framework --target five"}
            """,
            [
                ("one", "-"),
                ("two", "two"),
                ("three", "-"),
                ("four", "-"),
                ("five", "-"),
            ],
        ),
        (
            "project.toml",
            '[[build.env]]\nname = "GOOGLE_FUNCTION_TARGET"\nvalue = "serve"\n',
            [("serve", "-")],
        ),
        (
            "tox.ini",
            (
                "[testenv:serve]\nsetenv =\n  ENTRY = serve\n"
                "commands =\n  functions-framework --target {env:ENTRY} {posargs}\n"
            ),
            [("serve", "-")],
        ),
        (
            "justfile",
            (
                'region := "europe"\ndeploy name entry=(name + "_main"):\n'
                "  gcloud functions deploy {{name}} --entry-point {{entry}}\n"
                'all: (deploy "one" "first")\n  just deploy two second\n'
            ),
            [("first", "one"), ("second", "two")],
        ),
        (
            "justfile",
            "export FUNCTION_TARGET := 'serve'\nrun:\n  uv run functions-framework\n",
            [("serve", "-")],
        ),
        (
            "deploy.ps1",
            """\
            param([string]$Name = "api", [string]$Other)
            $Entry = "serve"
            gcloud functions deploy $Name `
              --entry-point=$Entry `
              --trigger-http
            gcloud functions deploy "$Name-$Entry" --entry-point "${Entry}_two"
            gcloud functions deploy $Other --entry-point $Other
            """,
            [("serve", "api"), ("serve_two", "api-serve")],
        ),
        (
            "deploy.ps1",
            """\
            $functions = @(
              @{ Name = "one"; Entry = "first" },
              @{ Name = "two"; Entry = "second" }
            )
            foreach ($f in $functions) {
              & gcloud functions deploy $f.Name --entry-point "$($f.Entry)"
            }
            foreach ($name in @("three", "four")) {
              gcloud functions deploy $name --trigger-http
            }
            """,
            [("first", "one"), ("second", "two"), ("three", "three"), ("four", "four")],
        ),
        (
            "deploy.ps1",
            """\
            function Publish($name, $entry) {
              gcloud functions deploy $name --entry-point=$entry
            }
            Publish "one" first
            Publish -name two -entry second
            """,
            [("first", "one"), ("second", "two")],
        ),
        (
            "deploy.ps1",
            """\
            $arguments = @("functions", "deploy", "api", "--entry-point=serve")
            gcloud @arguments
            $command = "gcloud functions deploy two --entry-point second"
            Invoke-Expression $command
            """,
            [("serve", "api"), ("second", "two")],
        ),
        (
            "deploy.bat",
            (
                "@echo off\nREM gcloud functions deploy old --trigger-http\n"
                'set NAME=api\nset "ENTRY=serve"\n'
                "gcloud functions deploy %NAME% ^\n  --entry-point %ENTRY%\n"
                "for %%f in (one two) do (\n  call gcloud functions deploy %%f "
                "--entry-point %%f_main\n)\n"
            ),
            [("serve", "api"), ("one_main", "one"), ("two_main", "two")],
        ),
        (
            "Jenkinsfile",
            """\
            pipeline {
              parameters {
                string(name: 'NAME', defaultValue: 'api', description: '')
                choice(name: 'WHICH', choices: ['one', 'two'])
              }
              environment { ENTRY = 'serve' }
              stages { stage('deploy') { steps {
                sh \"\"\"
                  gcloud functions deploy ${params.NAME} --entry-point ${ENTRY} \\\\
                    --trigger-http
                \"\"\"
                sh "gcloud functions deploy ${params.WHICH} --trigger-http"
                sh 'gcloud functions deploy $NAME-b --entry-point=$ENTRY'
              } } }
            }
            """,
            [("serve", "api"), ("one", "one"), ("two", "two"), ("serve", "api-b")],
        ),
        (
            "Procfile",
            "web: functions-framework --target serve --asgi\n",
            [("serve", "-")],
        ),
    ],
)
def test_each_kind_of_script_is_read(
    tmp_path: Path, name: str, text: str, expected: list[tuple[str, str]]
) -> None:
    found = names(tmp_path, name, {name: text})
    assert [item for item in found if item != ("-", "-")] == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", '{"scripts": {"deploy": "cd svc && COMMAND"}}'),
        (
            ".vscode/tasks.json",
            '{"tasks": [{"command": "COMMAND", "options": {"cwd": "${workspaceFolder}/svc"}}]}',
        ),
        ("pyproject.toml", '[tool.poe.tasks.deploy]\ncmd = "COMMAND"\ncwd = "svc"\n'),
        ("tox.ini", "[testenv:x]\nchangedir = {toxinidir}/svc\ncommands = COMMAND\n"),
        ("justfile", "deploy:\n  cd svc && COMMAND\n"),
        ("deploy.ps1", "Set-Location .\\svc\nCOMMAND\n"),
        ("deploy.ps1", "Push-Location $PSScriptRoot/svc\nCOMMAND\nPop-Location\n"),
        ("deploy.bat", "cd /d %~dp0svc\nCOMMAND\n"),
        ("Jenkinsfile", "dir('svc') { sh 'COMMAND' }\n"),
    ],
)
def test_scripts_run_in_their_folder(tmp_path: Path, name: str, text: str) -> None:
    command = "gcloud functions deploy api --entry-point serve --runtime python312"
    files = {name: text.replace("COMMAND", command), "svc/main.py": ""}

    assert places(tmp_path, name, files) == [("serve", "svc")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", '{"scripts": {"deploy": 5}, "functions-framework": ['),
        (".vscode/tasks.json", '{"tasks": ' + "[" * 5000),
        (".vscode/launch.json", '{"configurations": [5, null, {"args": 7}]}'),
        ("pyproject.toml", "[tool\nfunctions-framework"),
        ("tox.ini", "= functions-framework\n[\n"),
        ("deploy.ps1", "gcloud functions deploy @( { ( "),
        ("Jenkinsfile", 'sh "gcloud functions deploy'),
    ],
)
def test_a_broken_file_deploys_nothing(tmp_path: Path, name: str, text: str) -> None:
    assert [f for f in read(tmp_path, name, {name: text}) if f.entry_point] == []


def test_env_files_of_launch_configurations_are_read(tmp_path: Path) -> None:
    files: Mapping[str, str] = {
        ".vscode/launch.json": '{"configurations": [{"module": "functions_framework", '
        '"envFile": "${workspaceFolder}/.env"}]}',
        ".env": "FUNCTION_TARGET=serve\n",
    }

    assert names(tmp_path, ".vscode/launch.json", files) == [("serve", "-")]
