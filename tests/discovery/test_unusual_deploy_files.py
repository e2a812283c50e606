"""Deploy files of a project's own making: what they say without a whole command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from source_tree import functions_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

JOB = "def nightly(response):\n    return ''\n"
EVENT = "def collect(blob, info):\n    print(blob)\n"

PIPELINE = """\
@Library('company-pipelines') _
def config = [command: ["job-ENVIRONMENT\\
                        --gen2 \\
                        --runtime=python311 \\
                        --source=jobs/nightly \\
                        --entry-point=nightly \\
                        --set-env-vars stage=${env.stage}"], repository: "company/jobs"]
deployFunction(config)
"""


def test_flags_passed_to_a_library_name_a_function(tmp_path: Path) -> None:
    write_tree(
        tmp_path, {"jobs/nightly/main.py": JOB, "jobs/nightly/Jenkinsfile": PIPELINE}
    )

    (found,) = functions_of(tmp_path).values()

    assert found.name == "nightly"
    assert found.certainty.value == "certain"
    assert found.deployed_name is None


def test_flags_of_another_language_name_no_function(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "jobs/nightly/main.py": JOB,
            "jobs/nightly/Jenkinsfile": PIPELINE.replace("python311", "nodejs20"),
        },
    )

    assert not functions_of(tmp_path)


@pytest.mark.parametrize("name", ["commands.txt", "Cheat-Sheet.txt", "deploy.txt"])
def test_commands_in_a_text_file_are_read(tmp_path: Path, name: str) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": JOB,
            name: "gcloud functions deploy nightly --runtime python310\n",
            "requirements.txt": "gcloud functions deploy\n",
        },
    )

    assert functions_of(tmp_path)["main.nightly"].certainty.value == "certain"


def test_a_command_may_begin_on_the_line_of_the_fence(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": JOB,
            "README.md": """\
            ```gcloud beta functions deploy job \\
              --runtime python310 \\
              --entry-point nightly
            ```
            """,
        },
    )

    assert functions_of(tmp_path)["main.nightly"].deployed_name == "job"


def test_a_configuration_of_the_project_names_its_functions(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "nightly/main.py": JOB,
            "collect/main.py": EVENT,
            "scripts/config.yaml": """\
            runtime: python312
            functions:
              - name: the-job
                source: ../nightly
                entry-point: nightly
                trigger-type: trigger-http
              - name: the-collector
                entry_point: collect
                trigger-type: trigger-bucket
            """,
            "other/config.yaml": "entryPoint: collect\nowner: somebody\n",
        },
    )

    found = functions_of(tmp_path)

    assert {
        name: (function.deployed_name, function.signature_type.value)
        for name, function in found.items()
    } == {
        "nightly.main.nightly": ("the-job", "http"),
        "collect.main.collect": ("the-collector", "event"),
    }


def test_an_archive_below_a_folder_is_made_of_that_folder(tmp_path: Path) -> None:
    terraform = "".join(
        f"""
        resource "google_cloudfunctions2_function" "{name}" {{
          name = "convert-{name}"
          build_config {{
            runtime     = "python312"
            entry_point = "nightly"
            source {{
              storage_source {{
                bucket = "sources"
                object = "functions/{name}/convert/source.zip"
              }}
            }}
          }}
        }}
        """
        for name in ("matches", "weather")
    )
    write_tree(
        tmp_path,
        {
            "terraform/functions.tf": terraform,
            "functions/matches/convert/main.py": JOB,
            "functions/weather/convert/main.py": JOB,
        },
    )

    found = functions_of(tmp_path)

    assert {f.qualified_name: f.deployed_name for f in found.values()} == {
        "functions.matches.convert.main.nightly": "convert-matches",
        "functions.weather.convert.main.nightly": "convert-weather",
    }


def test_each_block_of_a_document_may_begin_in_the_folder_of_the_project(
    tmp_path: Path,
) -> None:
    document = (
        "```bash\ncd terraform/function\nterraform init\n```\n\nOr by hand:\n\n"
        "```bash\ncd function\ngcloud functions deploy nightly --runtime python311 "
        "--source=.\n```\n"
    )
    write_tree(
        tmp_path,
        {"main.py": JOB, "function/main.py": JOB, "DEPLOY.md": document},
    )

    assert list(functions_of(tmp_path)) == ["function.main.nightly"]
