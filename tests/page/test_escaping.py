"""Whatever names and errors hold, the page shows it and runs nothing of it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from features.catalogs import function
from funclens.model import Catalog, Collision, Unit
from funclens.requests.curl import Commands
from funclens.runner.http.html_document import error_document
from funclens.runner.page.last_responses import LastResponse
from funclens.runner.page.render import index_document, live_fragments
from funclens.runner.page.view_model import PageView
from funclens.runner.units.status import UnitFailure, UnitState, UnitStatus

EVIL = "'\"><script>alert(1)</script>{{ 7 * 7 }}&amp;"
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}&amp;amp;"


@pytest.fixture
def view():
    """A page on which everything that comes from elsewhere is hostile."""
    hostile = function(
        EVIL, endpoint=EVIL, route=f"/{EVIL}", file=EVIL, doc=EVIL, unit=EVIL
    )
    failure = UnitFailure(EVIL, EVIL, 3, EVIL, EVIL)
    catalog = Catalog(
        functions=(hostile,),
        units=(Unit(EVIL, "/w", "/w", "/w/main.py", (hostile.id,)),),
        collisions=(Collision(EVIL, (hostile.id, "other")),),
    )
    return PageView(
        url=f"http://{EVIL}",
        folders=(EVIL, "/w"),
        catalog=catalog,
        units={EVIL: UnitStatus(EVIL, UnitState.FAILED, None, failure)},
        responses={hostile.id: LastResponse(EVIL, EVIL, 500, 1.0, 0.0, EVIL, EVIL, 1)},
    )


def test_html_in_names_and_errors_is_escaped(view):
    (hostile,) = view.catalog.functions
    page = index_document(view, {hostile.id: Commands(EVIL, EVIL, EVIL)}, 1).decode()

    assert "<script>alert" not in page
    assert page.count("<script>") == 1
    assert page.count(SHOWN) >= 15


def test_the_page_links_the_description_of_its_http_functions(view):
    (hostile,) = view.catalog.functions
    commands = {hostile.id: Commands(EVIL, EVIL, EVIL)}

    with_link = index_document(view, commands, 1).decode()
    without = index_document(replace(view, catalog=Catalog()), {}, 1).decode()

    assert 'href="/_funclens/openapi.json"' in with_link
    assert "openapi" not in without


def test_streamed_elements_use_the_same_templates(view):
    for html in live_fragments(view).values():
        assert "<script>" not in html
        assert SHOWN in html


@pytest.mark.parametrize("status", [404, 409, 500])
def test_an_error_page_links_a_route_and_escapes_the_rest(status):
    page = error_document(status, EVIL, [f"Did you mean: /{EVIL}", EVIL]).decode()

    assert "<script>" not in page
    assert page.count(SHOWN) >= 3


def test_the_template_engine_is_loaded_with_the_first_page():
    code = "import sys, funclens.runner.app; sys.exit('jinja2' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
