"""`missing-requirement` and `invalid-requirement`: silent unless it is sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from funclens.catalog import build_catalog
from source_tree import open_tree, problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path


FUNCTION = (
    "import functions_framework\n\n"
    "@functions_framework.http\ndef hello(request):\n    return ''\n"
)


def missing(folder: Path, imports: str, requirements: str) -> list[str]:
    """What is proposed for a main.py with these imports beside these requirements."""
    write_tree(
        folder, {"main.py": imports + FUNCTION, "requirements.txt": requirements}
    )
    found = problems_of(folder)
    assert {p.code for p in found} <= {"missing-requirement"}
    return [p.remedy for p in found]


@pytest.mark.parametrize(
    ("module", "distribution"),
    [
        ("bs4", "beautifulsoup4"),
        ("yaml", "pyyaml"),
        ("PIL.Image", "pillow"),
        ("google.cloud.secretmanager_v1", "google-cloud-secret-manager"),
        ("google.cloud.datastore_admin_v1", "google-cloud-datastore"),
        ("googleapiclient.discovery", "google-api-python-client"),
        ("anthropic", "anthropic"),
    ],
)
def test_a_missing_module_is_reported_with_its_distribution(
    tmp_path: Path, module: str, distribution: str
) -> None:
    needed = f"import {module}\n"

    assert missing(tmp_path, needed, "requests==2.31.0\n") == [distribution]
    assert missing(tmp_path, needed, f"{distribution}>=1  # it\n") == []


@pytest.mark.parametrize(
    ("imports", "requirements"),
    [
        ("import firebase_admin\nimport flask_cors\n", "firebase-functions~=0.5\n"),
        ("from google.cloud import firestore\n", "firebase-functions~=0.5\n"),
        ("from langchain_core.messages import AIMessage\n", "langchain\n"),
        ("from python_http_client import exceptions\n", "sendgrid==6.0.5\n"),
        ("import google.auth\nimport grpc\n", "google-cloud-storage\n"),
        ("from google.cloud import exceptions\n", "google-cloud-pubsub\n"),
        ("from google.protobuf import json_format\n", "google-cloud-tasks\n"),
        ("import werkzeug\nimport jinja2\n", "requests\n"),
        ("from google.cloud.functions.context import Context\n", "flask\n"),
        ("import numpy\nimport dateutil.parser\nimport pytz\n", "pandas\n"),
        ("import six\n", "pandas\n"),
        ("import pytds\n", "cloud-sql-python-connector[pytds]\n"),
        ("import jsonpointer\n", "langchain-google-genai\n"),
    ],
)
def test_transitive_dependencies_count(
    tmp_path: Path, imports: str, requirements: str
) -> None:
    assert missing(tmp_path, imports, requirements) == []


def test_dependencies_of_older_versions_count_for_a_pinned_version(
    tmp_path: Path,
) -> None:
    needed = "import libcst\n"

    assert missing(tmp_path, needed, "google-cloud-pubsub==2.1.0\n") == []
    assert missing(tmp_path, needed, "google-cloud-pubsub\n") == ["libcst"]


@pytest.mark.parametrize(
    ("imports", "requirements"),
    [
        ("import fpdf\n", "fpdf2\n"),
        ("import cfn_tools\n", "cfn-flip\n"),
        ("import pythonjsonlogger\n", "python-json-logger\n"),
        ("import dialogflow_v2\n", "dialogflow==0.7.2\n"),
        ("import cv2\n", "opencv-python-headless\n"),
        ("import psycopg2\n", "psycopg2-binary\n"),
        ("import jwt\n", "jwt\n"),
        ("import Serpapi\nimport serpapi\n", "serpapi\n"),
    ],
)
def test_any_distribution_that_provides_the_module_counts(
    tmp_path: Path, imports: str, requirements: str
) -> None:
    assert missing(tmp_path, imports, requirements) == []


@pytest.mark.parametrize(
    "line",
    [
        "-r ../base.txt",
        "-e .",
        "--requirement more.txt",
        "./wheels/mine-1.0-py3-none-any.whl",
        "mine-1.0-py3-none-any.whl",
        "git+https://example.com/x.git",
        "mine @ git+https://example.com/x.git",
        "https://example.com/x.tar.gz",
        "{{ more }}",
        "a-distribution-that-nobody-lists",
        "transformers[some-extra]",
        "chromadb",
    ],
)
def test_requirements_with_unknown_contents_silence_the_rule(
    tmp_path: Path, line: str
) -> None:
    assert missing(tmp_path, "import yaml\n", f"requests\n{line}\n") == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.com/simple",
        "-i https://example.com/simple",
        "# -r ../base.txt",
        "requests[security] ; python_version>'3'",
        "requests==2.* --hash=sha256:00",
        "requests \\\n    >=2",
        "Flask (>=1.0)",
    ],
)
def test_lines_without_unknown_contents_do_not_silence_the_rule(
    tmp_path: Path, line: str
) -> None:
    assert missing(tmp_path, "import yaml\n", f"{line}\n") == ["pyyaml"]


@pytest.mark.parametrize(
    "imports",
    [
        "try:\n    import yaml\nexcept ImportError:\n    yaml = None\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import yaml\n",
        "import os\nif os.environ.get('X'):\n    import yaml\n",
        "def load():\n    import yaml\n    return yaml\n",
        "import sys\nsys.path.insert(0, 'lib')\nimport yaml\n",
        "import distutils\nimport imp\nimport tomllib\nimport cgi\n",
        "import a_module_that_nobody_lists\n",
        "from google.cloud import something_new\n",
    ],
)
def test_optional_and_unknown_imports_are_not_reported(
    tmp_path: Path, imports: str
) -> None:
    assert missing(tmp_path, imports, "requests\n") == []


def test_only_modules_that_are_always_loaded_are_checked(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": "import always\ntry:\n    import guarded\n"
            "except ImportError:\n    pass\n" + FUNCTION,
            "always.py": "import bs4\n",
            "guarded.py": "import boto3\n",
            "never.py": "import pandas\n",
            "requirements.txt": "requests\n",
        },
    )

    (problem,) = problems_of(tmp_path)

    assert (problem.file, problem.remedy) == ("always.py", "beautifulsoup4")
    assert problem.remedy_file == "requirements.txt"


@pytest.mark.parametrize(
    "place", ["yaml.py", "yaml/__init__.py", "lib/yaml/__init__.py"]
)
def test_a_module_of_the_unit_needs_no_requirement(tmp_path: Path, place: str) -> None:
    write_tree(tmp_path, {place: ""})

    assert missing(tmp_path, "import yaml\n", "requests\n") == []


def test_nothing_is_reported_without_a_requirements_file(tmp_path: Path) -> None:
    write_tree(tmp_path, {"main.py": "import yaml\n" + FUNCTION})

    assert problems_of(tmp_path) == []


def install(site: Path, name: str, files: str, *requires: str) -> None:
    """Write the metadata of an installed distribution."""
    lines = [f"Requires-Dist: {item}" for item in requires]
    folder = f"{name.replace('-', '_')}-1.0.dist-info"
    write_tree(
        site,
        {
            f"{folder}/METADATA": "\n".join(["Metadata-Version: 2.1", *lines, ""]),
            f"{folder}/RECORD": f"{files},sha256=x,10\n",
        },
    )


def test_the_environment_of_the_unit_tells_dependencies(tmp_path: Path) -> None:
    site = tmp_path / "unit" / ".venv" / "lib" / "python3.12" / "site-packages"
    install(site, "our-tools", "our_tools/__init__.py", "our-base", "bs4; extra == 'x'")
    install(site, "our-base", "our_base/__init__.py", "PyYAML>=5 ; python_version>'3'")
    install(site, "our-extra", "extras_of_ours.py")
    needed = "import yaml\nimport our_base\nimport bs4\nimport extras_of_ours\n"

    unit = tmp_path / "unit"
    write_tree(unit, {"main.py": needed + FUNCTION, "requirements.txt": "our-tools\n"})

    assert [p.remedy for p in problems_of(tmp_path)] == ["beautifulsoup4", "our-extra"]


def test_a_change_of_the_environment_is_noticed(tmp_path: Path) -> None:
    site = tmp_path / ".venv" / "lib" / "python3.12" / "site-packages"
    install(site, "our-tools", "our_tools/__init__.py")
    write_tree(
        tmp_path,
        {"main.py": "import yaml\n" + FUNCTION, "requirements.txt": "our-tools\n"},
    )
    workspace = open_tree(tmp_path)

    def proposed() -> list[str]:
        return [p.remedy for p in build_catalog(workspace.facts()).problems]

    assert proposed() == ["pyyaml"]
    install(site, "other", "other.py")
    write_tree(tmp_path, {"requirements.txt": "other\n"})
    workspace.changed([str(tmp_path / "requirements.txt")])
    assert proposed() == ["pyyaml"]
    (site / "other-1.0.dist-info" / "METADATA").unlink()
    (site / "other-1.0.dist-info" / "RECORD").unlink()
    (site / "other-1.0.dist-info").rmdir()
    workspace.changed([str(tmp_path / "main.py")])
    assert proposed() == []
