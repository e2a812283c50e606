"""Problems of the sources and of the runner become diagnostics."""

from __future__ import annotations

from lsprotocol import types

from features.catalogs import (
    FOLDER,
    SOURCE,
    catalog,
    function,
    places,
    problem,
    running,
    status,
)
from funclens.features import Activity, ClientProfile, make_snapshot
from funclens.features.diagnostics import make_diagnostics, result_id
from funclens.features.problems import problems_by_file
from funclens.model import RelatedPlace, Severity, Span
from funclens.runner.state import UnitFailure, UnitState

ALL = ClientProfile(related_information=True, code_description=True)
OTHER = RelatedPlace("b c.py", FOLDER, Span(2, 5, 2, 10), "The other one.")


def convert(*problems, profile=ALL):
    link_of = "file:///docs.md#{}".format
    return make_diagnostics(problems, profile, places(SOURCE), link_of)


def test_a_problem_has_code_source_severity_and_link():
    (found,) = convert(problem(severity=Severity.INFORMATION))

    assert (found.code, found.source, found.severity) == (
        "duplicate-endpoint",
        "funclens",
        types.DiagnosticSeverity.Information,
    )
    assert found.code_description.href == "file:///docs.md#duplicate-endpoint"
    assert (found.range.start.line, found.range.start.character) == (3, 4)


def test_other_places_are_related_information():
    (found,) = convert(problem(related=(OTHER,)))

    (related,) = found.related_information
    assert related.location.uri == f"file://{FOLDER}/b c.py"
    assert related.message == "The other one."


def test_a_client_gets_only_what_it_shows():
    (found,) = convert(problem(related=(OTHER,)), profile=ClientProfile())

    assert (found.related_information, found.code_description) == (None, None)


def test_a_result_id_names_the_content():
    first, same, other = (result_id(convert(problem(line=line))) for line in (4, 4, 5))

    assert first == same
    assert first != other


def import_errors(failure):
    failed = status(UnitState.FAILED, failure=failure)
    activity = Activity(running(failed))
    snapshot = make_snapshot(catalog(function()), activity=activity)
    return problems_by_file(snapshot, places(SOURCE))


def test_an_import_error_stands_at_the_users_line():
    failure = UnitFailure("NameError: x", f"{FOLDER}/lib/a.py", 5, hint="Define x.")

    (found,) = import_errors(failure)[f"{FOLDER}/lib/a.py"]

    assert (found.code, found.severity) == ("import-error", Severity.ERROR)
    assert found.message == "The unit main could not be loaded: NameError: x\nDefine x."
    assert found.span == Span(5, 5, 5, 16)


def test_an_import_error_of_unknown_place_stands_at_the_source():
    (found,) = import_errors(UnitFailure("SystemExit: 1"))[f"{FOLDER}/main.py"]

    assert found.span.line == 1
