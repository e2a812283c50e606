"""Quick fixes that give a function its decorator, or another one."""

from __future__ import annotations

import pytest

from features.catalogs import catalog, function, problem
from features.edited_files import MAIN, Files, offered
from funclens.features import make_snapshot
from funclens.model import Certainty, SignatureType, Span


def likely(**changes):
    return make_snapshot(
        catalog(
            function(
                "health",
                unit="billing.main",
                line=1,
                certainty=Certainty.LIKELY,
                **changes,
            )
        )
    )


FUTURE = "from __future__ import annotations\n"
UNDECORATED = "def health(request):\n    return 'ok'\n"


@pytest.mark.parametrize(
    ("kind", "name"),
    [(SignatureType.HTTP, "http"), (SignatureType.CLOUDEVENT, "cloud_event")],
)
def test_a_likely_function_gets_its_decorator(kind, name):
    files = Files({MAIN: UNDECORATED})
    snapshot = likely(signature_type=kind)

    actions = offered(files, snapshot, line=1)
    files.apply(actions[f"Add @functions_framework.{name}"].edit)

    assert files.texts[MAIN] == (
        f"import functions_framework\n\n\n@functions_framework.{name}\n{UNDECORATED}"
    )


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            '"""Doc."""\n\nimport os\n\n',
            '"""Doc."""\n\nimport functions_framework\nimport os\n\n',
        ),
        ("import functions_framework\n", "import functions_framework\n"),
        (
            f"{FUTURE}import os\n",
            f"{FUTURE}import functions_framework\nimport os\n",
        ),
    ],
)
def test_the_import_is_added_to_the_other_imports(head, expected):
    line = head.count("\n") + 1
    files = Files({MAIN: head + UNDECORATED})
    here = function(
        "health", unit="billing.main", line=line, certainty=Certainty.LIKELY
    )

    actions = offered(files, make_snapshot(catalog(here)), line=line)
    files.apply(actions["Add @functions_framework.http"].edit)

    assert files.texts[MAIN] == (f"{expected}@functions_framework.http\n{UNDECORATED}")


def test_a_likely_function_can_be_marked_as_not_a_function():
    files = Files({MAIN: UNDECORATED})

    files.apply(
        offered(files, likely(), line=1)["Mark `health` as not a function"].edit
    )

    assert files.texts[MAIN].startswith("def health(request):  # funclens: ignore\n")


HTTP = """\
import functions_framework

@functions_framework.http
async def health(request):
    return ''
"""
HTTP_OF_AIO = """\
import functions_framework
import functions_framework.aio

@functions_framework.aio.http
async def health(request):
    return ''
"""
EVENT = """\
from functions_framework import cloud_event
@cloud_event

async def health(event): ...
"""
EVENT_OF_AIO = """\
import functions_framework.aio
from functions_framework import cloud_event
@functions_framework.aio.cloud_event

async def health(event): ...
"""


@pytest.mark.parametrize(
    ("source", "expected", "kind"),
    [
        (HTTP, HTTP_OF_AIO, SignatureType.HTTP),
        (EVENT, EVENT_OF_AIO, SignatureType.CLOUDEVENT),
    ],
)
def test_an_async_function_gets_the_decorator_of_aio(source, expected, kind):
    files = Files({MAIN: source})
    here = function(
        "health",
        unit="billing.main",
        name_span=Span(4, 11, 4, 17),
        signature_type=kind,
    )
    wrong = problem("billing/main.py", code="async-without-aio", span=here.name_span)

    actions = offered(files, make_snapshot(catalog(here, problems=[wrong])), line=4)
    name = expected.partition("@")[2].partition("\n")[0]
    files.apply(actions[f"Use @{name}"].edit)

    assert files.texts[MAIN] == expected


def test_line_endings_of_the_file_are_kept():
    files = Files({MAIN: UNDECORATED.replace("\n", "\r\n")})

    actions = offered(files, likely(), line=1)
    files.apply(actions["Add @functions_framework.http"].edit)

    assert "\n" not in files.texts[MAIN].replace("\r\n", "")
