"""Where a problem about a slow cold start is."""

from __future__ import annotations

import pytest

from funclens.cold_start import ColdStart, ModuleTime
from funclens.cold_start.budget_problems import load_failure, slow_cold_start
from funclens.cold_start.import_lines import find_import
from funclens.model import Span, Unit

UNIT = Unit("a.main", "/shop", "/shop/a", "/shop/a/main.py", ("a.main.hello",))
FILES = {
    "/shop/a/main.py": b"import flask\nfrom . import helper\nimport yaml\n",
    "/shop/a/helper.py": "Ü = 1; import pandas as pd\n".encode(),
}
START = ColdStart(
    2.94,
    (
        ModuleTime("main", 0.1, 2.9, None, is_own=True),
        ModuleTime("main.helper", 0.1, 1.5, "main", is_own=True),
        ModuleTime("pandas", 1.4, 1.4, "main.helper"),
        ModuleTime("yaml", 0.5, 0.5, "main"),
        ModuleTime("hidden", 0.2, 0.2, "main"),
        ModuleTime("small", 0.1, 0.1, "main"),
    ),
)


def test_the_problem_is_where_the_slowest_import_is():
    problem = slow_cold_start(UNIT, START, 2.0, FILES.get)

    assert (problem.folder, problem.file) == ("/shop", "a/helper.py")
    assert problem.span == Span(1, 8, 1, 27)
    assert problem.message == (
        "The cold start of unit `a.main` takes 2.9 s; the budget is 2.0 s. Slowest "
        "imports: `pandas` (1.4 s), `yaml` (500 ms), `hidden` (200 ms)."
    )
    (related,) = problem.related
    assert (related.file, related.span.line) == ("a/main.py", 3)


@pytest.mark.parametrize("files", [{}, {"/shop/a/main.py": b"def ("}])
def test_without_a_statement_it_is_at_the_top_of_the_source(files):
    problem = slow_cold_start(UNIT, START, 2.0, files.get)

    assert (problem.file, problem.span.line) == ("a/main.py", 1)


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("/shop/a/helper.py", ("a/helper.py", 3)),
        ("/elsewhere/x.py", ("a/main.py", 1)),
        (None, ("a/main.py", 1)),
    ],
)
def test_a_load_failure_is_at_the_line_that_raised(file, place):
    problem = load_failure(UNIT, "NameError: name 'x' is not defined", file, 3)

    assert (problem.file, problem.span.line) == place
    assert problem.message == (
        "Unit `a.main` fails to load: NameError: name 'x' is not defined."
    )


@pytest.mark.parametrize(
    ("source", "module", "line"),
    [
        (b"import os\nimport pandas", "pandas", 2),
        (b"import pandas.core\nimport pandas", "pandas", 2),
        (b"import pandas.core", "pandas", 1),
        (b"from google.cloud import bigquery", "google.cloud.bigquery", 1),
        (b"from google.cloud import (\n    bigquery,\n)", "google.cloud.bigquery", 1),
        (b"if x:\n    def f():\n        import pandas", "pandas", 3),
        (b"from . import pandas_like", "pandas", None),
        (b"import pandas_like", "pandas", None),
        (b"\0", "pandas", None),
        (b"(" * 10_000, "pandas", None),
    ],
)
def test_the_statement_that_imports_a_module_is_found(source, module, line):
    found = find_import(source, module)

    assert (found.line if found else None) == line
