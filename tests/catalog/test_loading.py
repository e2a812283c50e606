"""Which units load a module, as a worker's imports would."""

from __future__ import annotations

import pytest

from funclens.catalog import build_catalog
from funclens.catalog.loading import units_loading
from funclens.discovery import Workspace

MAIN = """
import functions_framework
from typing import TYPE_CHECKING
{imports}

if TYPE_CHECKING:
    import for_types


@functions_framework.http
def {name}(request):
    return "ok"
"""
FILES = {
    "a/main.py": MAIN.format(name="a", imports="import helper\nfrom pkg import views"),
    "a/helper.py": "import deeper\n",
    "a/deeper.py": "import helper\n",
    "a/pkg/__init__.py": "",
    "a/pkg/views.py": "from . import models\nimport shared\n",
    "a/pkg/models.py": "",
    "a/for_types.py": "",
    "a/test_main.py": "import main\n",
    "a/script.py": "import helper\n",
    "b/main.py": MAIN.format(name="b", imports="import shared"),
    "shared.py": "",
}


@pytest.mark.parametrize(
    ("file", "units"),
    [
        ("a/main.py", ("a.main",)),
        ("a/helper.py", ("a.main",)),
        ("a/deeper.py", ("a.main",)),
        ("a/pkg/__init__.py", ("a.main",)),
        ("a/pkg/models.py", ("a.main",)),
        ("shared.py", ("a.main", "b.main")),
        ("a/for_types.py", ()),
        ("a/test_main.py", ()),
        ("a/script.py", ()),
        ("a/missing.py", ()),
    ],
)
def test_a_module_belongs_to_the_units_that_import_it(tmp_path, file, units):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    workspace = Workspace([str(tmp_path)])
    workspace.load()
    facts = workspace.facts()

    assert units_loading(facts, build_catalog(facts), str(tmp_path / file)) == units
