"""Quick fixes: the edits are applied and the texts that come out are read."""

from __future__ import annotations

import pytest
import tomllib
from lsprotocol import types

from features.catalogs import FOLDER, catalog, function, problem
from features.edited_files import HEALTH, MAIN, OTHER, PROJECT, Files, offered
from funclens.features import make_snapshot
from funclens.features.position_encoding import split_lines
from funclens.model import RelatedPlace, SignatureType, Span


def collision():
    here = function("health", unit="billing.main", line=5)
    there = function("health", unit="shop.main", line=5)
    related = RelatedPlace("shop/main.py", FOLDER, there.name_span, "There.")
    duplicate = problem("billing/main.py", span=here.name_span, related=(related,))
    return make_snapshot(catalog(here, there, problems=[duplicate]))


@pytest.fixture
def files():
    return Files({MAIN: HEALTH, OTHER: HEALTH})


def test_a_duplicate_endpoint_has_these_fixes(files):
    assert list(offered(files, collision())) == [
        "Set the endpoint of billing.main.health to billing-health",
        "Rename health to billing_health",
        "Go to shop.main.health",
        "Ignore duplicate-endpoint on this line",
        "Disable duplicate-endpoint in this folder",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[project]\nname = 'x'",
        "[tool.funclens]\nport = 9000\n\n[tool.ruff]\nline-length = 88\n",
        "[tool.funclens.endpoints]  # names\n'a.b' = 'c'\n[other]\n",
        "[tool.funclens.endpoints]",
        "[[tool.x]]\na = 1\n",
    ],
)
def test_setting_an_endpoint_changes_nothing_else_in_pyproject(files, text):
    files.texts[PROJECT] = text
    fix = offered(files, collision())[
        "Set the endpoint of billing.main.health to billing-health"
    ]

    files.apply(fix.edit)

    before, after = tomllib.loads(text), tomllib.loads(files.texts[PROJECT])
    endpoints = after["tool"]["funclens"]["endpoints"]
    assert endpoints.pop("billing.main.health") == "billing-health"
    before.setdefault("tool", {}).setdefault("funclens", {}).setdefault("endpoints", {})
    assert after == before
    assert fix.is_preferred


@pytest.mark.parametrize(
    "text",
    ["[tool.funclens]\nendpoints = { a = 'b' }\n", "[tool\n", "tool = 1\n"],
)
def test_a_pyproject_that_cannot_be_extended_is_unchanged(files, text):
    files.texts[PROJECT] = text

    assert not any("endpoint billing" in title for title in offered(files, collision()))


def test_a_missing_pyproject_is_created_if_the_client_supports_it(files):
    title = "Set the endpoint of billing.main.health to billing-health"
    assert title not in offered(files, collision(), can_create=False)

    files.apply(offered(files, collision())[title].edit)

    assert tomllib.loads(files.texts[PROJECT])["tool"]["funclens"]["endpoints"] == {
        "billing.main.health": "billing-health"
    }


def test_a_taken_name_gets_a_number(files):
    snapshot = collision()
    routes = {"billing-health": ("x",), "billing_health": ("x",)}
    snapshot = make_snapshot(
        type(snapshot.catalog)(
            functions=snapshot.catalog.functions,
            units=snapshot.catalog.units,
            problems=snapshot.catalog.problems,
            routes=routes,
        )
    )

    titles = offered(files, snapshot)

    assert "Set the endpoint of billing.main.health to billing-health-2" in titles
    assert "Rename health to billing_health_2" in titles


def test_a_rename_updates_references_and_nothing_else(files):
    files.texts[MAIN] = HEALTH + (
        "\n\n__all__ = ['health', 'other']\n"
        "alias = health; ü = [health for health in ()]\n"
        "def other(health):\n    return health\n"
        "def third():\n    global health\n    health = 1\n    return health\n"
        "def fourth():\n    health = 2\n    return health\n"
        "def fifth(x=health) -> None:\n"
        "    return lambda: (health, lambda health: health)\n"
        "class A:\n    def health(self):\n        return health\n"
        "obj.health = f'{health}' + 'health'\n"
    )

    files.apply(offered(files, collision())["Rename health to billing_health"].edit)

    assert files.texts[MAIN] == HEALTH.replace("health", "billing_health") + (
        "\n\n__all__ = ['billing_health', 'other']\n"
        "alias = billing_health; ü = [health for health in ()]\n"
        "def other(health):\n    return health\n"
        "def third():\n    global billing_health\n    billing_health = 1\n"
        "    return billing_health\n"
        "def fourth():\n    health = 2\n    return health\n"
        "def fifth(x=billing_health) -> None:\n"
        "    return lambda: (billing_health, lambda health: health)\n"
        "class A:\n    def health(self):\n        return billing_health\n"
        "obj.health = f'{billing_health}' + 'health'\n"
    )


def test_a_rename_is_not_offered_for_imported_functions(files):
    here = function(
        "health",
        unit="billing.main",
        line=5,
        source="billing/other.py",
        file="billing/main.py",
    )
    duplicate = problem("billing/main.py", span=here.name_span)
    snapshot = make_snapshot(catalog(here, problems=[duplicate]))

    assert "Rename health to billing_health" not in offered(files, snapshot)


def test_a_rename_is_not_offered_in_a_file_with_a_syntax_error(files):
    files.texts[MAIN] = HEALTH + "x = (\n"

    assert "Rename health to billing_health" not in offered(files, collision())


def test_a_fix_goes_to_the_other_definition(files):
    command = offered(files, collision())["Go to shop.main.health"].command

    assert (command.command, command.arguments) == (
        "funclens.show",
        [{"id": "shop.main.health"}],
    )


def test_a_problem_can_be_ignored_and_a_second_one_too(files):
    files.apply(
        offered(files, collision())["Ignore duplicate-endpoint on this line"].edit
    )
    assert split_lines(files.texts[MAIN])[4] == (
        "def health(request):  # funclens: ignore[duplicate-endpoint]\n"
    )

    here = function("health", unit="billing.main", line=5)
    other = problem("billing/main.py", code="returns-none", span=here.name_span)
    snapshot = make_snapshot(catalog(here, problems=[other]))
    files.apply(offered(files, snapshot)["Ignore returns-none on this line"].edit)

    assert "# funclens: ignore[duplicate-endpoint, returns-none]" in files.texts[MAIN]


def test_a_fix_refers_to_its_diagnostic(files):
    span = types.Range(types.Position(4, 4), types.Position(4, 10))
    shown = types.Diagnostic(span, "x", code="duplicate-endpoint", source="funclens")
    other = types.Diagnostic(span, "x", code="E501", source="ruff")

    actions = offered(files, collision(), diagnostics=[shown, other])

    assert actions["Ignore duplicate-endpoint on this line"].diagnostics == [shown]


def test_a_certain_function_has_no_such_fix(files):
    snapshot = make_snapshot(catalog(function("health", unit="billing.main", line=5)))

    assert offered(files, snapshot) == {}


IMPORTS = "import requests\n"
REQUIREMENTS = f"{FOLDER}/billing/requirements.txt"


def missing():
    wrong = problem(
        "billing/main.py",
        code="missing-requirement",
        span=Span(1, 8, 1, 16),
        remedy="requests",
        remedy_file="billing/requirements.txt",
    )
    return make_snapshot(catalog(problems=[wrong]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "requests\n"),
        ("flask\n", "flask\nrequests\n"),
        ("flask", "flask\nrequests\n"),
        (None, "requests\n"),
    ],
)
def test_a_requirement_is_added(text, expected):
    files = Files({MAIN: IMPORTS} | ({} if text is None else {REQUIREMENTS: text}))

    fix = offered(files, missing(), line=1)["Add requests to billing/requirements.txt"]
    files.apply(fix.edit)

    assert files.texts[REQUIREMENTS] == expected


def test_a_missing_requirements_file_is_created_if_supported():
    titles = offered(Files({MAIN: IMPORTS}), missing(), line=1, can_create=False)

    assert "Add requests to billing/requirements.txt" not in titles


def test_the_closest_entry_point_is_inserted():
    files = Files({MAIN: "gcloud functions deploy x --entry-point=helth\n"})
    wrong = problem(
        "billing/main.py",
        code="unknown-entry-point",
        span=Span(1, 41, 1, 46),
        remedy="health",
    )

    actions = offered(files, make_snapshot(catalog(problems=[wrong])), line=1)
    files.apply(actions["Change to health"].edit)

    assert files.texts[MAIN] == "gcloud functions deploy x --entry-point=health\n"


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        (SignatureType.HTTP, "request"),
        (SignatureType.CLOUDEVENT, "cloud_event"),
        (SignatureType.EVENT, "data, context"),
    ],
)
def test_a_function_without_parameters_gets_parameters(kind, parameters):
    files = Files({MAIN: "def health( ):\n    return 'ok'\n"})
    here = function("health", unit="billing.main", line=1, signature_type=kind)
    wrong = problem("billing/main.py", code="invalid-signature", span=here.name_span)

    actions = offered(files, make_snapshot(catalog(here, problems=[wrong])), line=1)
    files.apply(actions[f"Change parameters to ({parameters})"].edit)

    assert files.texts[MAIN] == f"def health({parameters}):\n    return 'ok'\n"


def test_a_diagnostic_can_be_turned_off(files):
    files.texts[PROJECT] = "[tool.funclens]\n"
    title = "Disable duplicate-endpoint in this folder"

    files.apply(offered(files, collision())[title].edit)

    assert tomllib.loads(files.texts[PROJECT])["tool"]["funclens"] == {
        "severity": {"duplicate-endpoint": "off"}
    }


def test_runtime_failures_cannot_be_ignored(files):
    wrong = problem("billing/main.py", code="import-error", span=Span(5, 1, 5, 4))

    assert offered(files, make_snapshot(catalog(problems=[wrong]))) == {}
