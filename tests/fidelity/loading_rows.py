"""Rows about loading and decorators: which module, which callable, which names."""

from __future__ import annotations

from fidelity.row import Row, ask

_LOADED = [
    *("at_import", "at_request", "plain", "unnamed", "renamed", "starred"),
    "from_star",
]
_DECORATED = [
    *("inner", "outer", "nameless", "shared", "defaults", "anything", "named"),
    *("nothing", "two"),
]

ROWS = [
    *(
        Row(f"loading: {target}", "loading", target, ask("GET", "/a"))
        for target in _LOADED
    ),
    *(
        Row(f"decorated: {target}", "decorated", target, ask("GET", "/a"))
        for target in _DECORATED
    ),
    Row("sys.argv", "loading", "arguments", ask(), differs="Arguments of the process"),
    Row(
        "modules of the server",
        "loading",
        "modules",
        ask(),
        differs="Modules of the server",
    ),
    Row(
        "loading: a source of another name",
        "renamed",
        "renamed_source",
        ask(),
        module="app",
    ),
    *(
        Row(
            f"loading: a function named like a package: {target}",
            "named",
            target,
            ask(),
        )
        for target in ("json", "email")
    ),
    Row("loading: templates", "renamed", "templates", ask(), module="app"),
    Row("loading: templates of main.py", "loading", "templates", ask()),
    Row("loading: a helper imported in two ways", "late", "twice", ask()),
    *(
        Row(f"deployed: {target} by {method}", "deployed", target, ask(method, "/a"))
        for target in ("original", "alias", "variadic")
        for method in ("GET", "POST")
    ),
    Row("decorated: cors preflight", "decorated", "shared", ask("OPTIONS", "/a")),
]
