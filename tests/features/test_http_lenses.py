"""The lenses above requests of `.http` files."""

from __future__ import annotations

import dataclasses

from features.catalogs import catalog, function, running
from funclens.features import Activity, make_snapshot
from funclens.features.http_lenses import http_lenses
from funclens.features.position_encoding import Places

PATH = "/work space/calls.http"
TEXT = """\
GET {{host}}/hello

###
GET https://example.com/hello

###
POST http://localhost:9000/hello
"""


def lenses(*, runner=None, **settings):
    known = dataclasses.replace(catalog(function()), routes={"hello": ("main.hello",)})
    activity = Activity(runner) if runner else Activity()
    snapshot = make_snapshot(known, activity=activity, **settings)
    places = Places(
        "utf-16", lambda *_: "", lambda _: TEXT, lambda path: f"file:{path}"
    )
    return http_lenses(snapshot, PATH, places, {})


def test_requests_have_send_and_copy_lenses_if_the_client_supports_them():
    own = frozenset({"funclens.send", "funclens.copyCurl"})

    send, copy = lenses(client_commands=own)

    argument = {"id": "main.hello", "uri": f"file:{PATH}", "line": 1}
    assert (send.command.title, send.command.command, send.command.arguments) == (
        "Send",
        "funclens.send",
        [argument],
    )
    assert (copy.command.title, copy.command.command) == (
        "Copy as curl",
        "funclens.copyCurl",
    )
    assert send.range.start.line == 0


def test_without_client_support_the_server_sends_requests():
    (send,) = lenses()

    assert send.command.command == "funclens.call"


def test_requests_match_the_address_of_a_running_runner():
    found = lenses(runner=running(url="http://127.0.0.1:9000"))

    assert [lens.range.start.line for lens in found] == [0, 6]


def test_there_are_no_lenses_in_an_untrusted_workspace():
    assert lenses(trusted=False) == []
    assert lenses(code_lens=False) == []
