"""`funclens list`: the table and the JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cli.command import funclens
from source_tree import write_tree

if TYPE_CHECKING:
    from pathlib import Path

HELLO = (
    "import functions_framework\n\n\n"
    "@functions_framework.http\ndef hello(request):\n"
    '    """Say hello."""\n    return ""\n'
)


def test_the_table_has_aligned_columns_and_warns_about_duplicates(
    tmp_path: Path,
) -> None:
    write_tree(tmp_path, {"one/main.py": HELLO, "another/main.py": HELLO})

    ended = funclens("list", str(tmp_path))

    assert ended.returncode == 0
    header, first, second, *rest = ended.stdout.splitlines()
    for column in ("route", "type", "found by", "defined at"):
        at = header.index(column)
        assert all(line[at - 1] == " " != line[at] for line in (first, second))
    assert rest[0] == ""
    assert rest[1] == "2 functions in 2 units"
    assert rest[2].startswith("warning: duplicate endpoint /hello; use /")


def test_json_has_every_documented_field(tmp_path: Path) -> None:
    write_tree(tmp_path, {"svc/main.py": HELLO})

    value = json.loads(funclens("list", "--json", str(tmp_path)).stdout)

    assert set(value) == {
        *("version", "functions", "collisions", "problems", "notes", "hidden"),
    }
    assert value["version"] == 1
    assert value["functions"] == [
        {
            "id": "svc.main.hello",
            "name": "hello",
            "endpoint": "hello",
            "deployed_name": None,
            "qualified_name": "svc.main.hello",
            "route": "/hello",
            "folder": str(tmp_path),
            "source": "svc/main.py",
            "file": "svc/main.py",
            "line": 5,
            "column": 1,
            "end_line": 7,
            "signature_type": "http",
            "is_async": False,
            "provider": "functions-framework",
            "trigger": None,
            "certainty": "certain",
            "evidence": ["decorator"],
            "unit": "svc.main",
            "doc": "Say hello.",
            "triggers": [],
            "options": {},
        }
    ]


def test_a_folder_without_functions_exits_with_0_and_a_hint(
    tmp_path: Path,
) -> None:
    ended = funclens("list", str(tmp_path))

    assert ended.returncode == 0
    assert ended.stdout.startswith("No functions found in ")
    assert "functions_framework.http" in ended.stdout
    assert (
        json.loads(funclens("list", "--json", str(tmp_path)).stdout)["functions"] == []
    )


def test_a_folder_without_functions_says_what_was_searched(tmp_path: Path) -> None:
    write_tree(tmp_path, {"app.py": "", "tool.py": "", "deploy.sh": "gcloud run\n"})

    ended = funclens("list", str(tmp_path))

    assert "(2 Python files, 1 deploy file)" in ended.stdout


def test_functions_that_an_ignore_file_hides_are_counted(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            ".gitignore": "build/\n",
            "main.py": HELLO,
            "build/main.py": HELLO + HELLO.replace("hello", "other"),
        },
    )

    ended = funclens("list", str(tmp_path))
    value = json.loads(funclens("list", "--json", str(tmp_path)).stdout)

    assert "1 function in 1 unit" in ended.stdout
    warning, hint = ended.stderr.splitlines()
    assert warning == "warning: .gitignore hides 2 functions in build/"
    assert hint.startswith('hint: to list them, set `include = ["/build/**"]` under')
    assert value["hidden"] == [
        {
            "folder": str(tmp_path),
            "place": "build/",
            "functions": 2,
            "include": "/build/**",
        }
    ]


def test_a_typo_in_the_settings_is_only_a_warning(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {"main.py": HELLO, "pyproject.toml": "[tool.funclens]\nexclde = []\n"},
    )

    ended = funclens("list", str(tmp_path))

    assert ended.returncode == 0
    assert "Did you mean `exclude`?" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "/hello" in ended.stdout


def test_user_code_is_not_run(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": "open(__file__ + '.ran', 'w').close()\n" + HELLO,
            "sitecustomize.py": "open(__file__ + '.ran', 'w').close()\n",
        },
    )

    funclens("list", ".", cwd=tmp_path)
    funclens("check", ".", cwd=tmp_path)

    assert list(tmp_path.glob("*.ran")) == []
    assert list(tmp_path.rglob("__pycache__")) == []
