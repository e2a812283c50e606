"""Render the functions of a runner as an HTML document. Pure.

Changing content is in separate elements with `data-live`, which the stream of changes
replaces.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from funclens.model import SignatureType
from funclens.runner.http.html_document import document
from funclens.runner.page.fragments import last_response, unit_state
from funclens.schedules import next_run_text, schedules_of
from funclens.trigger_text import event_triggers, options_text, trigger_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from funclens.model import Catalog, Function
    from funclens.requests.curl import Commands
    from funclens.runner.page.view_model import PageView

__all__ = ["index_document", "live_fragments", "next_runs"]

_MOST_NAMES = 5
_SEARCH_FROM = 6
"""Number of functions from which a search field is shown."""

_DESCRIBED = frozenset({SignatureType.HTTP, SignatureType.TYPED})
"""Functions in the OpenAPI document."""

_EXAMPLE = """import functions_framework

@functions_framework.http
def hello(request):
    return "Hello World!\""""


def index_document(
    view: PageView, commands: Mapping[str, Commands], generation: int
) -> bytes:
    """Render the page that lists all functions.

    `commands` are by function id; `generation` changes when the list of functions
    changes.
    """
    number = len(view.catalog.functions)
    return document(
        "index.html",
        f"Funclens: {number} functions",
        has_script=True,
        generation=generation,
        count=f"{number} {'function' if number == 1 else 'functions'}",
        url=view.url,
        is_searched=number >= _SEARCH_FROM,
        is_described=any(
            it.signature_type in _DESCRIBED for it in view.catalog.functions
        ),
        units=_units(view, commands),
        folders=view.folders,
        example=_EXAMPLE,
    )


def live_fragments(view: PageView) -> dict[str, Markup]:
    """Return the content of every changing element, by its `data-live` value."""
    fragments = {
        f"unit:{unit.id}": unit_state(view.units[unit.id], unit.folder)
        for unit in view.catalog.units
    }
    for function in view.catalog.functions:
        response = view.responses.get(function.id)
        shown = last_response(response, function.folder)
        fragments[f"function:{function.id}"] = shown
    return fragments | next_runs(view.catalog, datetime.now(timezone.utc))


def next_runs(catalog: Catalog, now: datetime) -> dict[str, Markup]:
    """Return when the scheduled functions run next, by its `data-live` value."""
    return {
        f"schedule:{function.id}": escape(text)
        for function in catalog.functions
        if schedules_of(function) and (text := next_run_text(function, now))
    }


def _units(view: PageView, commands: Mapping[str, Commands]) -> list[dict[str, Any]]:
    fragments = live_fragments(view)
    functions = {function.id: function for function in view.catalog.functions}
    collisions = _collisions(view.catalog)
    several = len(view.folders) > 1
    return [
        {
            "id": unit.id,
            "folder": unit.folder if several else "",
            "state": fragments[f"unit:{unit.id}"],
            "functions": [
                {
                    "function": functions[id_],
                    "words": _words(functions[id_]),
                    "type": _type(functions[id_]),
                    "triggers": _triggers(functions[id_]),
                    "options": options_text(functions[id_].options),
                    "link": _link(functions[id_], view.url),
                    "collisions": collisions.get(id_, ()),
                    "last": fragments[f"function:{id_}"],
                    "next": fragments.get(f"schedule:{id_}"),
                    "commands": commands[id_],
                }
                for id_ in unit.functions
            ],
        }
        for unit in view.catalog.units
        if unit.functions
    ]


def _words(function: Function) -> str:
    """Return the text that the search field matches."""
    triggers = " ".join(map(trigger_text, function.triggers[:_MOST_NAMES]))
    words = f"{function.id} {function.route} {function.file} {function.doc} {triggers}"
    return words.lower()


def _type(function: Function) -> str:
    name = function.signature_type.value
    name = f"async {name}" if function.is_async else name
    return f"{name} · {function.trigger}" if function.trigger else name


def _triggers(function: Function) -> list[str]:
    triggers = event_triggers(function)
    shown = [trigger_text(trigger) for trigger in triggers[:_MOST_NAMES]]
    more = len(triggers) - len(shown)
    return [*shown, f"{more} more"] if more else shown


def _link(function: Function, url: str) -> str:
    """Return the URL of a function for browsers; empty for other functions."""
    is_plain = function.trigger in {None, "https.on_request"}
    is_http = function.signature_type is SignatureType.HTTP
    return url + function.route if is_http and is_plain else ""


def _collisions(catalog: Catalog) -> dict[str, list[dict[str, Any]]]:
    """Return notes about shared endpoints, by function id."""
    found: dict[str, list[dict[str, Any]]] = {}
    for collision in catalog.collisions:
        # Indexed first, to avoid quadratic time for thousands of functions.
        first = collision.functions[: _MOST_NAMES + 1]
        for function in collision.functions:
            others = [id_ for id_ in first if id_ != function][:_MOST_NAMES]
            found.setdefault(function, []).append(
                {
                    "number": len(collision.functions),
                    "endpoint": collision.endpoint,
                    "others": others,
                    "more": len(collision.functions) - 1 - len(others),
                }
            )
    return found
