"""Collisions: which functions want one endpoint, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from funclens.model import Severity
from funclens.suggest import nearest
from source_tree import catalog_of, problems_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

HELLO = (
    "import functions_framework\n\n"
    "@functions_framework.http\ndef hello(request):\n    return ''\n"
)


def test_two_functions_with_one_endpoint_are_reported_at_both_definitions(
    tmp_path: Path,
) -> None:
    write_tree(tmp_path, {"a/main.py": HELLO, "b/main.py": HELLO})

    catalog = catalog_of(tmp_path)

    assert [(c.endpoint, c.functions) for c in catalog.collisions] == [
        ("hello", ("a.main.hello", "b.main.hello"))
    ]
    assert catalog.routes["hello"] == ("a.main.hello", "b.main.hello")
    assert [f.route for f in catalog.functions] == ["/a.main.hello", "/b.main.hello"]
    found = problems_of(tmp_path, code="duplicate-endpoint")
    assert [(p.file, p.span.line, p.span.column, p.severity) for p in found] == [
        ("a/main.py", 4, 5, Severity.WARNING),
        ("b/main.py", 4, 5, Severity.WARNING),
    ]
    assert [place.file for place in found[0].related] == ["b/main.py"]


@pytest.mark.parametrize("deployed", [False, True])
def test_an_edit_changes_few_of_many_duplicates(
    tmp_path: Path, *, deployed: bool
) -> None:
    """Or a keystroke sends an editor the problems of all files."""
    count = 60
    tree = {f"unit_{at}/main.py": HELLO for at in range(count)}
    if deployed:
        tree["deploy.sh"] = "".join(
            f"gcloud functions deploy hello --entry-point hello --source unit_{at}\n"
            for at in range(count)
        )
    write_tree(tmp_path, tree)

    def found() -> dict[str, list[object]]:
        problems = problems_of(tmp_path, code="duplicate-endpoint")
        assert {problem.severity for problem in problems} == {
            Severity.WARNING if deployed else Severity.INFORMATION
        }
        return {item.file: [item.message, item.related] for item in problems}

    before = found()
    (tmp_path / "unit_0/main.py").write_text(f"# moved\n{HELLO}", "utf-8")
    moved = found()
    (tmp_path / "unit_0/main.py").write_text(HELLO.replace("hello", "hi"), "utf-8")
    renamed = found()

    assert len(before) == count
    assert all(len(related) == 5 for _, related in before.values())
    for now in (moved, renamed):
        changed = [file for file in before if before[file] != now.get(file)]
        assert len(changed) <= 6


def test_one_definition_served_twice_is_not_a_duplicate(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "shared.py": HELLO,
            "a/main.py": "from shared import hello\n",
            "b/main.py": "from shared import hello\n",
        },
    )

    catalog = catalog_of(tmp_path)

    assert catalog.collisions == ()
    assert catalog.routes["hello"] == ("a.main.hello", "b.main.hello")
    assert catalog.problems == ()


def test_a_deployed_name_takes_precedence_over_the_function_name(
    tmp_path: Path,
) -> None:
    write_tree(
        tmp_path,
        {
            "a/main.py": HELLO,
            "b/main.py": HELLO,
            "pyproject.toml": '[tool.funclens.endpoints]\n"a.main.hello" = "greet"\n',
        },
    )

    catalog = catalog_of(tmp_path)

    assert catalog.collisions == ()
    assert {f.id: (f.endpoint, f.route) for f in catalog.functions} == {
        "a.main.hello": ("greet", "/greet"),
        "b.main.hello": ("hello", "/hello"),
    }


def test_at_most_five_other_definitions_are_listed(tmp_path: Path) -> None:
    deployed = "".join(
        f"gcloud functions deploy one-name --entry-point hello --source u{n}\n"
        for n in range(8)
    )
    write_tree(
        tmp_path,
        {f"u{n}/main.py": HELLO for n in range(8)} | {"deploy.sh": deployed},
    )

    found = problems_of(tmp_path, code="duplicate-endpoint")

    assert {p.severity for p in found} == {Severity.WARNING}
    assert {len(p.related) for p in found} == {5}
    assert " and 2 more. " in found[0].message


def test_a_name_shared_by_many_units_is_information_once_per_unit(
    tmp_path: Path,
) -> None:
    write_tree(
        tmp_path,
        {f"u{n}/main.py": "def main(request):\n    return ''\n" for n in range(40)},
    )

    found = problems_of(tmp_path)

    assert len(found) == 40
    assert {p.severity for p in found} == {Severity.INFORMATION}


def in_production(folder: Path) -> list[tuple[str, Severity, int]]:
    """Where `check` puts a problem, how severe it is, and how many places it names."""
    found = problems_of(folder, code="duplicate-endpoint", in_production=True)
    return [(p.file, p.severity, len(p.related)) for p in found]


def test_check_reports_each_shared_name_once_as_information(
    tmp_path: Path,
) -> None:
    write_tree(tmp_path, {f"u{n}/main.py": HELLO for n in range(9)})

    assert in_production(tmp_path) == [("u0/main.py", Severity.INFORMATION, 8)]


@pytest.mark.parametrize(
    "files",
    [
        {
            "deploy.sh": "gcloud functions deploy hello --source a --trigger-http\n"
            "gcloud functions deploy hello --source b --trigger-http\n"
        },
        {
            "scripts/a.sh": "gcloud functions deploy hello --source a --trigger-http\n",
            "scripts/b.sh": "gcloud functions deploy hello --source b --trigger-http\n",
        },
        {
            "a/deploy.sh": "gcloud functions deploy hello --project p --trigger-http\n",
            "b/deploy.sh": "gcloud functions deploy hello --project p --trigger-http\n",
        },
        {
            "pyproject.toml": "[tool.funclens.endpoints]\n"
            "'a.main.hello' = 'greet'\n'b.main.hello' = 'greet'\n"
        },
    ],
)
def test_check_warns_if_two_functions_are_deployed_to_one_name(
    tmp_path: Path, files: dict[str, str]
) -> None:
    write_tree(
        tmp_path,
        {"a/main.py": HELLO, "b/main.py": HELLO, "c/main.py": HELLO} | files,
    )

    assert ("a/main.py", Severity.WARNING) in [
        found[:2] for found in in_production(tmp_path)
    ]


@pytest.mark.parametrize(
    "files",
    [
        {"deploy.sh": "gcloud functions deploy hello --source a --trigger-http\n"},
        {
            "a/README.md": "    gcloud functions deploy hello --trigger-http\n",
            "b/README.md": "    gcloud functions deploy hello --trigger-http\n",
        },
        {
            "a/deploy.sh": "gcloud functions deploy hello --trigger-http\n",
            "b/deploy.sh": "gcloud functions deploy hello --trigger-http\n",
        },
        {
            "a/deploy.sh": "gcloud functions deploy hello --project p --trigger-http\n",
            "b/deploy.sh": "gcloud functions deploy hello --project q --trigger-http\n",
        },
        {
            "deploy-staging.sh": "gcloud functions deploy hello --source a\n",
            "deploy-prod.sh": "gcloud functions deploy hello --source b\n",
        },
        {
            "deploy.sh": "gcloud functions deploy hello --source a --region us-east1\n"
            "gcloud functions deploy hello --source b --region us-west1\n"
        },
    ],
)
def test_check_reports_information_if_deployments_may_differ(
    tmp_path: Path, files: dict[str, str]
) -> None:
    write_tree(tmp_path, {"a/main.py": HELLO, "b/main.py": HELLO} | files)

    assert in_production(tmp_path) == [("a/main.py", Severity.INFORMATION, 1)]


def test_equal_paths_in_two_folders_are_prefixed_with_the_folder(
    tmp_path: Path,
) -> None:
    write_tree(tmp_path, {"one/main.py": HELLO, "two/main.py": HELLO})

    catalog = catalog_of(tmp_path / "one", tmp_path / "two")

    assert [f.id for f in catalog.functions] == ["one.main.hello", "two.main.hello"]
    assert [u.id for u in catalog.units] == ["one.main", "two.main"]


def test_ids_are_unique_for_any_folder_names(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "x/w/v1.2/main.py": HELLO,
            "x/w/v1/2/main.py": HELLO,
            "y/w/v1/2/main.py": HELLO,
        },
    )

    catalog = catalog_of(tmp_path / "x" / "w", tmp_path / "y" / "w")

    ids = [f.id for f in catalog.functions]
    assert len(ids) == len(set(ids)) == 3
    assert all(catalog.routes[name] == (name,) for name in ids)


def test_similar_names_are_suggested_for_a_misspelling(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a/main.py": HELLO.replace("hello", "send_mail")})

    catalog = catalog_of(tmp_path)

    assert nearest(catalog.routes, "send-mial")[0] == "send_mail"
    assert nearest(catalog.routes, "zzzzzz") == []


@pytest.mark.parametrize(("units", "rest"), [(5, None), (6, " and 1 more")])
def test_check_names_five_functions_of_an_endpoint_and_counts_the_rest(
    tmp_path: Path, units: int, rest: str | None
) -> None:
    write_tree(tmp_path, {f"u{number}/main.py": HELLO for number in range(units)})

    (problem,) = problems_of(tmp_path, in_production=True)

    assert problem.message.startswith(f"{units} functions share the endpoint `hello`.")
    named = ", ".join(f"u{number}.main.hello" for number in range(5))
    assert problem.message.endswith(named + (rest or ""))
    assert [place.folder for place in problem.related] == [str(tmp_path)] * (units - 1)
