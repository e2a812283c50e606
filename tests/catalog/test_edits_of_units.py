"""Problems after edits of any file of a unit are those of a fresh start."""

from __future__ import annotations

import os
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funclens.catalog import build_catalog
from funclens.discovery import Workspace
from source_tree import open_tree, write_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.model import Problem

HTTP = "import functions_framework\n\n@functions_framework.http\n"
TEXTS = {
    "unit/main.py": [
        f"import helper\nimport yaml\n{HTTP}def hello(request):\n    return ''\n",
        f"from email import send\n{HTTP}def hello():\n    print(1)\n",
        (
            "try:\n    import helper\nexcept ImportError:\n    pass\n"
            f"{HTTP}async def hello(request):\n    return helper.x\n"
        ),
        "def hello(event, context):\n    print(event)\n",
    ],
    "unit/helper.py": ["import bs4\n", "import deep.inner\n", "def f(:\n", ""],
    "unit/deep/inner.py": ["import pandas\n", "x = (\n", "from . import other\n"],
    "unit/deep/__init__.py": [""],
    "unit/email.py": ["def send():\n    pass\n", "class\n"],
    "unit/yaml.py": ["x = 1\n"],
    "unit/unrelated.py": ["print('\n", "x = 1\n", "y = 1\n"],
    "unit/requirements.txt": [
        "pandas\n",
        "-r more.txt\n",
        "our-tools\n",
        "pyyaml\nbeautifulsoup4\n",
        "google - cloud\n",
    ],
    "unit/pyproject.toml": ["[project]\nname = 'x'\n"],
    "other/main.py": [f"{HTTP}def hello(request):\n    return ''\n"],
    "deploy.sh": [
        (
            "gcloud functions deploy hello --source unit --runtime python312"
            " --trigger-http\n"
        ),
        (
            "gcloud functions deploy same --entry-point hello --source unit\n"
            "gcloud functions deploy same --entry-point hello --source other\n"
        ),
        "gcloud functions deploy gone --source unit --trigger-http\n",
        (
            "gcloud functions deploy hello --source unit/deep --runtime python312\n"
            "functions-framework --target hello --source unit/main.py --asgi\n"
        ),
    ],
    "unit/.gitignore": ["unrelated.py\n"],
    "unit/.gcloudignore": ["unrelated.py\n", "deep/\n"],
}
EDITS = st.one_of(
    st.sampled_from([(p, text) for p, texts in TEXTS.items() for text in texts]),
    st.tuples(st.sampled_from(sorted(TEXTS)), st.none()),
    st.tuples(st.just("install"), st.sampled_from(["PyYAML", "bs4", "nothing"])),
    st.tuples(st.just("open"), st.sampled_from(TEXTS["unit/helper.py"])),
    st.tuples(st.just("uninstall"), st.none()),
)
MOMENTS = count(10**18)


def carry_out(
    workspace: Workspace, folder: Path, edit: tuple[str, str | None]
) -> tuple[str, str] | None:
    """Make an edit as an editor tells of it; return an open text and its path."""
    name, text = edit
    site = folder / "unit" / ".venv" / "lib" / "python3.12" / "site-packages"
    if name == "open":
        path = str(folder / "unit" / "helper.py")
        workspace.open(path, text or "")
        return path, text or ""
    if name in {"install", "uninstall"}:
        shutil.rmtree(site / "our_tools-1.0.dist-info", ignore_errors=True)
        if text:
            write_tree(
                site,
                {
                    "our_tools-1.0.dist-info/METADATA": f"Requires-Dist: {text}\n\n",
                    "our_tools-1.0.dist-info/RECORD": "our_tools.py,,\n",
                },
            )
            # Two edits may fall into one tick of the clock of the file system.
            os.utime(site, ns=(next(MOMENTS), next(MOMENTS)))
        workspace.changed([str(folder / "unit" / ".venv")])
        return None
    if text is None:
        (folder / name).unlink(missing_ok=True)
    else:
        write_tree(folder, {name: text})
    workspace.changed([str(folder / name)])
    return None


def problems(workspace: Workspace) -> list[tuple[Problem, ...]]:
    facts = workspace.facts()
    views = (False, True)
    return [build_catalog(facts, in_production=view).problems for view in views]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(EDITS, min_size=1, max_size=10))
def test_edits_lead_to_the_same_problems_as_a_fresh_start(
    edits: Sequence[tuple[str, str | None]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        write_tree(
            folder,
            {
                "unit/main.py": TEXTS["unit/main.py"][0],
                "unit/helper.py": TEXTS["unit/helper.py"][0],
                "unit/requirements.txt": "requests\n",
                "unit/unrelated.py": "print('\n",
                "unit/deep/inner.py": "x = (\n",
            },
        )
        workspace = open_tree(folder)
        problems(workspace)
        opened: dict[str, str] = {}
        for edit in edits:
            opened.update(
                [found] if (found := carry_out(workspace, folder, edit)) else []
            )
            problems(workspace)

        fresh = Workspace([str(folder)])
        fresh.load()
        for path, text in opened.items():
            fresh.open(path, text)

        assert problems(workspace) == problems(fresh)


def test_fixing_a_helper_removes_its_syntax_error(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": f"{HTTP}def hello(request):\n    return ''\n",
            "never_imported.py": "def f(:\n",
        },
    )
    workspace = open_tree(tmp_path)
    path = str(tmp_path / "never_imported.py")

    def codes() -> list[str]:
        return [p.code for p in build_catalog(workspace.facts()).problems]

    assert codes() == ["syntax-error-in-unit"]
    workspace.open(path, "def f():\n    pass\n")
    assert codes() == []
    workspace.open(path, "def f()\n    pass\n")
    assert codes() == ["syntax-error-in-unit"]
