"""Problems of the sources and of the runner become diagnostics."""

from __future__ import annotations

import os

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
from funclens.features import Activity, ClientProfile, LastResponse, make_snapshot
from funclens.features.diagnostics import make_diagnostics, result_id
from funclens.features.problems import problems_by_file
from funclens.model import RelatedPlace, Severity, Span
from funclens.runner.units.status import UnitFailure, UnitState

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


def test_other_definitions_are_related_information():
    (found,) = convert(problem(related=(OTHER,)))

    (related,) = found.related_information
    assert related.location.uri == f"file://{FOLDER}/b c.py"
    assert related.message == "The other one."


def test_a_client_gets_only_supported_fields():
    (found,) = convert(problem(related=(OTHER,)), profile=ClientProfile())

    assert (found.related_information, found.code_description) == (None, None)


def test_a_result_id_identifies_the_content():
    first, same, other = (result_id(convert(problem(line=line))) for line in (4, 4, 5))

    assert first == same
    assert first != other


def import_errors(failure):
    failed = status(UnitState.FAILED, failure=failure)
    activity = Activity(running(failed))
    snapshot = make_snapshot(catalog(function()), activity=activity)
    return problems_by_file(snapshot, places(SOURCE))


def test_an_import_error_is_at_the_line_that_raised():
    failure = UnitFailure("NameError: x", f"{FOLDER}/lib/a.py", 5, hint="Define x.")

    (found,) = import_errors(failure)[f"{FOLDER}/lib/a.py"]

    assert (found.code, found.severity) == ("import-error", Severity.ERROR)
    assert found.message == "Unit `main` failed to load: NameError: x\nDefine x."
    assert found.span == Span(5, 5, 5, 16)


def test_an_import_error_without_a_line_is_at_the_source():
    (found,) = import_errors(UnitFailure("SystemExit: 1"))[f"{FOLDER}/main.py"]

    assert found.span.line == 1


TRACEBACK = f"""Traceback (most recent call last):
  File "{FOLDER}/main.py", line 5, in hello
    return lib.divide(1, 0)
  File "/usr/lib/python3/site-packages/x.py", line 9, in wrapper
    return f()
  File "{FOLDER}/lib.py", line 2, in divide
    return a / b
           ~~^~~
ZeroDivisionError: division by zero
"""


def failed_requests(answer):
    activity = Activity(running(), {"main.hello": answer})
    snapshot = make_snapshot(catalog(function()), activity=activity)
    return problems_by_file(snapshot, places(SOURCE))


def test_a_failed_request_is_at_the_line_that_raised_with_its_frames():
    answer = LastResponse(
        status=500,
        seconds=0.1,
        error="ZeroDivisionError: division by zero",
        file=f"{FOLDER}/lib.py",
        line=2,
        traceback=TRACEBACK,
    )

    (found,) = failed_requests(answer)[f"{FOLDER}/lib.py"]

    assert (found.code, found.span.line) == ("last-request-failed", 2)
    assert found.message == (
        "The last request to `main.hello` failed: ZeroDivisionError: division by zero"
    )
    assert [
        (place.file, place.span.line, place.message) for place in found.related
    ] == [
        ("main.py", 5, "in hello"),
        ("lib.py", 2, "in divide"),
    ]


FLASK = f"{FOLDER}/.venv/lib/python3.12/site-packages/flask/app.py"
FRAMEWORK_AROUND = f"""\
Traceback (most recent call last):
  File "{FLASK}", line 1511, in wsgi_app
    response = self.full_dispatch_request()
  File "{FLASK}", line 917, in dispatch
    rv = self.handle_user_exception(e)
  File "{FOLDER}/main.py", line 5, in hello
    return lib.divide(1)
  File "{FOLDER}/lib.py", line 2, in divide
    return json.loads(a)
  File "/usr/lib/python3.12/json/__init__.py", line 346, in loads
    return _default_decoder.decode(s)
  File "/usr/lib/python3.12/json/decoder.py", line 337, in decode
    obj, end = self.raw_decode(s)
JSONDecodeError: Expecting value
"""


def test_the_frames_of_packages_are_folded_into_the_place_that_raised():
    """Also those of a virtual environment inside the workspace."""
    answer = LastResponse(
        status=500,
        seconds=0.1,
        error="JSONDecodeError: Expecting value",
        file=f"{FOLDER}/lib.py",
        line=2,
        traceback=FRAMEWORK_AROUND,
    )

    (found,) = failed_requests(answer)[f"{FOLDER}/lib.py"]

    assert [(place.file, place.message) for place in found.related] == [
        ("main.py", "in hello"),
        ("lib.py", "in divide"),
        (
            os.path.relpath("/usr/lib/python3.12/json/decoder.py", FOLDER),
            "raised in decode, 2 frames below in packages",
        ),
    ]


def test_a_failure_without_a_line_is_at_the_function():
    answer = LastResponse(status=500, seconds=0.1, error="KeyError: 'a'")

    (found,) = failed_requests(answer)[f"{FOLDER}/main.py"]

    assert found.span == function().name_span


def test_an_error_status_of_the_function_is_not_a_problem():
    assert failed_requests(LastResponse(status=503, seconds=0.1)) == {}
