"""Which source a deployment means when it does not say so itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from funclens.discovery.deploy import Deployment
from funclens.discovery.files.store import Store
from funclens.discovery.sources import SourceFinder
from funclens.model import Span
from funclens.settings import Settings
from source_tree import functions_of, open_tree, problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

JOB = "from lib import guarded\n\n\n@guarded\ndef nightly(_):\n    return ''\n"
"""Known as a function by its deploy file alone."""

COMMAND = "gcloud functions deploy job --entry-point nightly --runtime python312"

STAGED = f"""\
UPLOAD_DIR := $(shell mktemp -d)

deploy:
\tcp main.py requirements.txt $(UPLOAD_DIR)
\t{COMMAND} --source $(UPLOAD_DIR)
"""


def test_a_staging_folder_resolves_to_the_function_next_to_the_makefile(
    tmp_path: Path,
) -> None:
    write_tree(
        tmp_path,
        {
            "billing/Makefile": STAGED,
            "billing/main.py": JOB,
            "orders/Makefile": STAGED,
            "orders/main.py": JOB,
            "lib.py": "def guarded(f):\n    return f\n",
        },
    )

    found = functions_of(tmp_path)

    assert set(found) == {"billing.main.nightly", "orders.main.nightly"}
    assert {function.certainty.value for function in found.values()} == {"certain"}


@pytest.mark.parametrize(
    "source",
    [
        "--source $DIR",
        "--source gs://bucket/function.zip",
        "--source dist",
        "--source build/staging",
    ],
)
@pytest.mark.parametrize("main", ["main.py", "job.py"])
def test_a_missing_source_resolves_to_the_file_next_to_the_script(
    tmp_path: Path, source: str, main: str
) -> None:
    write_tree(
        tmp_path,
        {f"jobs/{main}": JOB, "jobs/deploy.sh": f"{COMMAND} {source}\n", "lib.py": ""},
    )

    (found,) = functions_of(tmp_path).values()

    assert (found.file, found.deployed_name) == (f"jobs/{main}", "job")


@pytest.mark.parametrize("script", ["README.md", "scripts/deploy.sh", "jobs/README.md"])
def test_a_missing_source_resolves_to_the_only_file_with_the_entry_point(
    tmp_path: Path, script: str
) -> None:
    write_tree(
        tmp_path,
        {
            "jobs/nightly/main.py": JOB,
            "jobs/hourly/main.py": "def hourly(when):\n    return ''\n",
            script: f"{COMMAND}\n",
        },
    )

    assert set(functions_of(tmp_path)) == {"jobs.nightly.main.nightly"}


def test_a_missing_source_resolves_to_the_nearest_match(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "one/README.md": f"    {COMMAND}\n",
            "one/src/main.py": JOB,
            "two/src/main.py": JOB,
        },
    )

    assert set(functions_of(tmp_path)) == {"one.src.main.nightly"}


def test_an_ambiguous_source_is_not_guessed(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {"README.md": f"{COMMAND}\n", "one/main.py": JOB, "two/main.py": JOB},
    )

    assert not functions_of(tmp_path)


def test_a_definition_without_parameters_is_no_match(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "README.md": COMMAND + " --source ../another/repository\n",
            "tool/main.py": "def nightly():\n    return ''\n",
        },
    )

    assert not functions_of(tmp_path)


def test_an_existing_source_without_the_entry_point_is_reported(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "api/main.py": "def nigthly(when):\n    return ''\n",
            "other/main.py": JOB,
            "deploy.sh": f"{COMMAND} --source api\n",
        },
    )

    assert not functions_of(tmp_path)
    (problem,) = problems_of(tmp_path, code="unknown-entry-point")
    assert problem.remedy == "nigthly"


def test_a_missing_source_resolves_to_the_copied_file(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a/main.py": JOB, "b/main.py": JOB, "deploy.sh": COMMAND})
    store = Store(str(tmp_path), Settings(), ())
    store.load()
    deployment = Deployment(
        file=str(tmp_path / "deploy.sh"),
        span=Span(1, 1, 1, 1),
        entry_point="nightly",
        folder="stage",
        bases=(str(tmp_path),),
        copied=(str(tmp_path / "b" / "main.py"),),
    )

    finder = SourceFinder(store)

    assert finder.find(deployment) == str(tmp_path / "b" / "main.py")


def test_edits_update_the_resolved_source(tmp_path: Path) -> None:
    write_tree(tmp_path, {"README.md": COMMAND, "one/main.py": JOB, "two/main.py": ""})
    workspace = open_tree(tmp_path)
    main = str(tmp_path / "two" / "main.py")
    assert len(workspace.facts().folders[0].sources) == 1

    workspace.open(main, JOB)
    assert not workspace.facts().folders[0].sources

    workspace.close(main)
    assert len(workspace.facts().folders[0].sources) == 1


HANDLER = "def {name}(request):\n    return request.args\n"


def test_a_source_that_collects_others_serves_them_once(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": "from api.main import api\nfrom jobs.main import job\n",
            "api/main.py": HANDLER.format(name="api") + HANDLER.format(name="extra"),
            "jobs/main.py": HANDLER.format(name="job"),
            "jobs/deploy.sh": "gcloud functions deploy job --runtime python312\n",
            "other/main.py": HANDLER.format(name="api"),
        },
    )

    assert set(functions_of(tmp_path)) == {
        "main.api",
        "main.job",
        "api.main.extra",
        "jobs.main.job",
        "other.main.api",
    }


def test_an_unknown_source_resolves_to_the_only_main(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "Makefile": "serve:\n\tfunctions-framework --target=nightly "
            "--source=functions/$(name)/main.py\n",
            "functions/nightly/main.py": JOB,
            "functions/hourly/main.py": "def hourly(when):\n    return ''\n",
        },
    )

    (found,) = functions_of(tmp_path).values()

    assert (found.id, found.evidence) == (
        "functions.nightly.main.nightly",
        ("deploy-file",),
    )
