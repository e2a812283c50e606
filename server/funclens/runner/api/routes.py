"""Routes that a runner answers itself, and the events it publishes.

The handlers look requests up here, so a route that isn't in the table doesn't exist.
scripts/generate_http_api writes docs/reference/http-api.md from both tables.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["EVENTS", "PREFIX", "ROUTES", "EventType", "Route", "find_control"]

PREFIX = "/_funclens"
_UNIT = '`{"unit": "billing.main"}`, or `{"id": …}` of a function'


class Route(NamedTuple):
    """One route. `path` starts below PREFIX."""

    method: str
    path: str
    summary: str
    """A phrase for the documentation, in the third person."""
    returns: str = "`{}`"
    body: str = ""
    """Example of the JSON body."""
    needs_token: bool = False
    access: str = ""
    """`history` if it needs the token or is for the page of the same user, `workers`
    if it needs their secret or the token."""
    is_stable: bool = True
    """False for routes that only the runner's own page uses."""


class EventType(NamedTuple):
    """One kind of event."""

    name: str
    when: str
    fields: str


def _control(verb: str, summary: str, body: str, returns: str = "`{}`") -> Route:
    return Route("POST", f"/control/{verb}", summary, returns, body, needs_token=True)


ROUTES = (
    Route(
        "GET",
        "/",
        "is the start page; also at `/`, unless `--target` serves a function there",
        "HTML for a browser, otherwise the same as `/functions`",
    ),
    Route(
        "GET",
        "/functions",
        "lists the functions and the state of each unit",
        "the JSON of `funclens list --json`, with `runner`: `url`, `units`, `answers`",
    ),
    Route(
        "GET",
        "/openapi.json",
        "describes the HTTP functions: paths, methods, parameters and bodies that "
        "their code reads",
        "an OpenAPI 3.1 document, that of `funclens openapi`",
    ),
    Route(
        "GET",
        "/health",
        "tells that the runner is up",
        '`{"version": 1, "pid": …, "url": …}`; with the header `X-Funclens-Challenge`, '
        "`proof`: the HMAC-SHA256 of `funclens-runner:` and its value under the token",
    ),
    Route(
        "GET",
        "/events",
        "streams the [events](#events), starting with `snapshot`",
        "one JSON object per line (`application/x-ndjson`)",
        needs_token=True,
    ),
    Route(
        "GET",
        "/requests",
        "lists the last requests, newest first; `function` (an id), `status` (`404`, "
        "`5xx`, `failed`), `since` (an id or a time) and `limit` in the query filter",
        '`{"version": 1, "requests": [request, …], "limit": …, "skipped": …}`: how '
        "many are kept at most, and how many came too fast to be kept; with `Accept: "
        "text/event-stream`, each new request as a server-sent event, and an event "
        "`removed` with `ids` (null for all) when requests are deleted",
        access="history",
    ),
    Route(
        "DELETE",
        "/requests",
        "deletes all requests, from the history file too, or those that the query "
        "selects, as above",
        '`{"removed": …}`: how many',
        access="history",
    ),
    Route(
        "GET",
        "/requests/ID",
        "shows a request with its response, timing, output and exception",
        "the fields of the list, and those of [a request](#a-request)",
        access="history",
    ),
    Route(
        "DELETE",
        "/requests/ID",
        "deletes a request, from the history file too",
        '`{"removed": 1}`',
        access="history",
    ),
    Route(
        "POST",
        "/requests/ID/replay",
        "sends the bytes of a request again, and waits for the response",
        '`{"id": …, "masked": […]}`: the new request, and headers whose values a '
        "history file doesn't have",
        access="history",
    ),
    Route(
        "GET",
        "/requests/export",
        "writes requests for other programs: `as` (`curl`, `httpie`, `python`, "
        "`http` or `har`) and `id`, once for each request, in the query",
        '`{"text": …, "advice": …}`',
        access="history",
    ),
    Route(
        "GET",
        "/logs",
        "sends what units printed last (1 MiB at most); `unit` in the query selects "
        "one, and `follow=1` goes on with what they print",
        "one JSON object per line: `at` (seconds since 1970), `unit`, `stream`, `text`",
        needs_token=True,
    ),
    Route(
        "POST",
        "/otlp/v1/traces",
        "receives spans in [OTLP](https://opentelemetry.io/docs/specs/otlp/): JSON, or "
        "protobuf with the extra `otel`; compressed or not, up to 4 MiB",
        "an empty response in the same format",
        access="workers",
    ),
    Route(
        "GET",
        "/live",
        "streams changes of the start page",
        "server-sent events",
        is_stable=False,
    ),
    _control("start", "starts the worker of a unit", _UNIT),
    _control("restart", "restarts the worker of a unit", _UNIT),
    _control(
        "debug",
        "restarts a unit under debugpy",
        f"{_UNIT}; `env` adds environment variables",
        '`{"host": …, "port": …}`, where a debugger can attach',
    ),
    _control("end-debug", "restarts a unit without debugpy", _UNIT),
    _control(
        "stop-unit", "ends the worker of a unit; the next request starts another", _UNIT
    ),
    _control("changed", "reports saved files", '`{"paths": [absolute path, …]}`'),
    _control(
        "configure",
        "applies the editor's settings",
        '`{"editor": [settings of each folder, …]}`',
    ),
    _control("stop", "stops the runner", "`{}`"),
)

_CONTROL = {
    route.path: route for route in ROUTES if route.path.startswith(("/control/", "/ev"))
}

EVENTS = (
    EventType(
        "ready",
        "The runner accepts requests. Only in `funclens run --events`.",
        "`url`, `folders`, `pid`, `token`, `version`",
    ),
    EventType(
        "snapshot",
        "First event of `/_funclens/events`. The events `emulator` and `wired` that "
        "hold follow, and the warnings about emulators that are missing.",
        "`url`, `units` (each as in `unit-state`, and `cold_start` as in `cold-start`, "
        "or null)",
    ),
    EventType(
        "unit-state",
        "A unit changed its state: `idle`, `starting`, `ready` or `failed`.",
        "`unit`, `state`, `debug` (`host` and `port`, or null), "
        "`failure` (as in `import-error`, or null), `crash_loop` (or null)",
    ),
    EventType("worker-started", "A worker is ready for requests.", "`unit`"),
    EventType(
        "cold-start",
        "A unit was loaded. What its cold start costs in a fresh process, without that "
        "of Python and the container.",
        "`unit`, `seconds`, `slowest` (up to 3 imports of the unit's code: `name`, "
        "`seconds`), `modules` (the slowest 200, in the order of their imports: "
        "`name`, `self_seconds`, `cumulative_seconds`, `parent` (name of the importer, "
        "or null), `is_own` (whether it is the unit's code))",
    ),
    EventType(
        "import-error",
        "A unit failed to load.",
        "`unit`, `error`, `file`, `line`, `traceback`, `hint`, `remedy`",
    ),
    EventType(
        "worker-crashed",
        "A worker ended unexpectedly.",
        "`unit`, `status` (exit code, or negative signal number), `reason`, `file`, "
        "`line`, `traceback`, `hint`, `crash_loop` (`count` and `seconds`, or null)",
    ),
    EventType("reload", "A unit restarts because files changed.", "`unit`, `files`"),
    EventType(
        "request",
        "A request is complete. `status` is 0 if there was no response.",
        "`id` (of the function), `unit`, `method`, `path`, `query`, `status`, "
        "`seconds`, `port` (the client's), `error` (null, or `error`, `file`, `line`, "
        "`traceback`), `output` (last lines that a failed one printed, if any), "
        "`request` (its id in the history, or null)",
    ),
    EventType(
        "output",
        "A unit printed something.",
        "`unit`, `stream` (`stdout` or `stderr`), `text`",
    ),
    EventType(
        "output-dropped",
        "Output is missing here. A unit printed more than 64 MiB, and more than 8 MiB "
        "per second (`too-much`), or a listener read too slowly and was more than 4 "
        "MiB behind (`slow-listener`). Beyond 10,000 queued events, it also misses all "
        "but the last event of a kind per unit and function.",
        "`unit`, `stream`, `lines` (number of lines), `reason`",
    ),
    EventType(
        "debug-listening", "A unit waits for a debugger.", "`unit`, `host`, `port`"
    ),
    EventType("debug-ended", "A unit runs without a debugger again.", "`unit`"),
    EventType(
        "functions-changed",
        "An edit added, changed or removed functions.",
        "`functions` (their number)",
    ),
    EventType(
        "warning",
        "Something went wrong and the runner continues: a file, setting or env file "
        "that can't be read, a refused request of a web page, or a thread that "
        "production would lose.",
        "`message`, `hint` (may be empty); of a thread: `unit`, `code`, `file` and "
        "`line`, too; of emulators: `about` (`emulators`) and, if one is not "
        "installed, `emulator` (its `kind`)",
    ),
    EventType(
        "emulator",
        "An emulator is used, or started. Only with `--emulators`, as are the next "
        "five.",
        "`kind` (`pubsub`, `firestore`, `storage` or `tasks`), `host`, `project`, "
        "`is_own` (whether it ends with the runner)",
    ),
    EventType(
        "wired",
        "Events of a source reach a function from now on.",
        "`id`, `source` (`topic NAME`, `document PATTERN`, `bucket NAME` or "
        "`queue NAME`)",
    ),
    EventType("unwired", "A source was disconnected.", "`id`, `source`"),
    EventType(
        "delivery",
        "An event of an emulator was delivered to a function. `status` is 0 if there "
        "was no response.",
        "`id`, `unit`, `source`, `type`, `event_id`, `attempt` (from 1), `status`, "
        "`result` (`delivered`, `retrying`, `dropped` or `dead-lettered`); of the last "
        "one, `dead_letter_topic`, too",
    ),
    EventType(
        "enqueued",
        "A task was enqueued that is not due yet.",
        "`id`, `unit`, `source`, `event_id`, `seconds` (until it is due)",
    ),
    EventType(
        "leftovers-removed",
        "What an earlier runner of the folders had created was removed.",
        "`count`",
    ),
    EventType("stopped", "The runner has stopped. Always the last event.", ""),
)


def find_control(path: str) -> Route | None:
    """Return the route that needs a token at `path`, which starts below PREFIX."""
    return _CONTROL.get(path)
