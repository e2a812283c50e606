"""The functions of a runner as HTML. Pure: values in, text out.

What changes while a person looks stands in elements of its own, which have
`data-live`: the stream of changes brings their content anew.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from funclens.model import SignatureType
from funclens.runner.page.fragments import function_part, unit_part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.model import Catalog, Collision, Function, Unit
    from funclens.requests.curl import Commands
    from funclens.runner.page.view_model import PageView

__all__ = ["index_body", "live_parts"]

_MOST_NAMES = 5
_SEARCH_FROM = 6
"""Functions from which on a field to find one is worth its place."""

_EXAMPLE = """import functions_framework

@functions_framework.http
def hello(request):
    return "Hello World!\""""


def index_body(
    view: PageView, commands: Mapping[str, Commands], generation: int
) -> str:
    """Return the body of the page that lists all functions.

    `commands` are by id of the function; `generation` is another number when the
    list of functions is another.
    """
    number = len(view.catalog.functions)
    count = f"{number} {'function' if number == 1 else 'functions'}"
    content = _units(view, commands) if number else _nothing(view)
    return (
        f"<main id='main' data-generation='{generation}'>"
        "<header class='top'><p class='eyebrow'>Funclens</p>"
        f"<h1>{count} <span class='at'>at <code>{escape(view.url)}</code></span>"
        "</h1><p id='link' class='link' role='status'>Reload the page to see the "
        "present state.</p></header>"
        f"{_search(number)}{content}</main>"
    )


def live_parts(view: PageView) -> dict[str, str]:
    """Return the content of every element that changes, by its `data-live`."""
    folders = {unit.id: unit.folder for unit in view.catalog.units}
    parts = {
        f"unit:{unit}": unit_part(view.units[unit], folder)
        for unit, folder in folders.items()
    }
    for function in view.catalog.functions:
        answer = view.responses.get(function.id)
        parts[f"function:{function.id}"] = function_part(answer, function.folder)
    return parts


def _search(number: int) -> str:
    if number < _SEARCH_FROM:
        return ""
    return (
        "<search class='needs-script'><label for='find'>Find a function</label>"
        "<input id='find' type='search' autocomplete='off' spellcheck='false'>"
        "<p id='found' role='status'></p></search>"
    )


def _nothing(view: PageView) -> str:
    folders = "".join(f"<li><code>{escape(item)}</code></li>" for item in view.folders)
    return (
        "<section class='nothing'><h2>There is nothing to serve yet</h2>"
        "<p>Funclens looked for functions in:</p>"
        f"<ul>{folders}</ul>"
        "<p>A function is one that <code>functions_framework</code> decorates, or one "
        "of a <code>main.py</code> that takes a request. Save this as "
        "<code>main.py</code>, and it is served:</p>"
        f"<div class='command'><pre><code>{escape(_EXAMPLE)}</code></pre>{_COPY}</div>"
        "<p><code>funclens list</code> says where it looked.</p></section>"
    )


def _units(view: PageView, commands: Mapping[str, Commands]) -> str:
    parts = live_parts(view)
    functions = {function.id: function for function in view.catalog.functions}
    collisions = _collisions(view.catalog)
    several = len(view.folders) > 1
    return "".join(
        _unit(
            unit,
            parts[f"unit:{unit.id}"],
            "".join(
                _function(
                    functions[id_],
                    view.url,
                    collisions.get(id_, ""),
                    parts[f"function:{id_}"],
                    commands[id_],
                )
                for id_ in unit.functions
            ),
            folder=unit.folder if several else "",
        )
        for unit in view.catalog.units
        if unit.functions
    )


def _unit(unit: Unit, state: str, items: str, *, folder: str) -> str:
    where = f"<p class='where'>{escape(folder)}</p>" if folder else ""
    return (
        f"<section class='unit'><header><h2>{escape(unit.id)}</h2>{where}"
        f"<div class='state' data-live='{escape(f'unit:{unit.id}')}'>{state}</div>"
        f"</header><ul class='functions'>{items}</ul></section>"
    )


def _function(
    function: Function, url: str, collisions: str, last: str, commands: Commands
) -> str:
    live = escape(f"function:{function.id}")
    words = f"{function.id} {function.route} {function.file} {function.doc}".lower()
    doc = f"<p class='doc'>{escape(function.doc)}</p>" if function.doc else ""
    return (
        f"<li class='function' id='{escape(function.id)}' "
        f"data-words='{escape(words)}'>"
        f"<div class='head'><h3>{escape(function.route)}</h3>"
        f"<span class='type'>{_type(function)}</span>{_open(function, url)}</div>"
        f"{doc}<p class='where'>{escape(function.id)} in "
        f"{escape(function.file)}:{function.span.line}</p>{collisions}"
        f"<div class='last' data-live='{live}'>{last}</div>"
        f"{_commands(function, commands)}</li>"
    )


def _type(function: Function) -> str:
    name = function.signature_type.value
    name = f"async {name}" if function.is_async else name
    return escape(f"{name} · {function.trigger}" if function.trigger else name)


def _open(function: Function, url: str) -> str:
    """Return a link to what a browser can ask for."""
    is_plain = function.trigger in {None, "https.on_request"}
    if function.signature_type is not SignatureType.HTTP or not is_plain:
        return ""
    return (
        f"<a class='open' href='{escape(url + function.route)}' target='_blank' "
        "rel='noreferrer'>Open"
        f"<span class='unseen'> {escape(function.route)} in a new tab</span></a>"
    )


def _collisions(catalog: Catalog) -> dict[str, str]:
    """Return what is said about names that are taken, by id of the function."""
    told: dict[str, str] = {}
    for collision in catalog.collisions:
        for function in collision.functions:
            told[function] = told.get(function, "") + _collision(function, collision)
    return told


def _collision(function: str, collision: Collision) -> str:
    others = [id_ for id_ in collision.functions if id_ != function]
    links = ", ".join(
        f"<a href='#{escape(id_)}'>{escape(id_)}</a>" for id_ in others[:_MOST_NAMES]
    )
    more = f" and {len(others) - _MOST_NAMES} more" * (len(others) > _MOST_NAMES)
    return (
        f"<p class='collision'><strong>{len(others) + 1} functions want "
        f"{escape(f'/{collision.endpoint}')}:</strong> each answers at its qualified "
        f"name until one of them is renamed. Besides this one: {links}{more}</p>"
    )


def _commands(function: Function, commands: Commands) -> str:
    advice = f"<p class='advice'>{escape(commands.advice)}</p>"
    curl = _command(commands.curl, f"Copy the curl command of {function.route}")
    if not commands.call:
        return (curl if commands.curl else "") + (advice if commands.advice else "")
    call = _command(commands.call, f"Copy the funclens command of {function.route}")
    return (
        f"{call}<details><summary>The same with curl</summary>{curl}"
        f"{advice if commands.advice else ''}</details>"
    )


_COPY = "<button type='button' class='copy needs-script'>Copy</button>"


def _command(text: str, label: str) -> str:
    copy = _COPY.replace(
        "Copy<", f"Copy<span class='unseen'>{escape(label[4:])}</span><"
    )
    return f"<div class='command'><pre><code>{escape(text)}</code></pre>{copy}</div>"
