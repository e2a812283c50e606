"""How much one keystroke makes the server send, in a workspace of 500 units."""

from __future__ import annotations

import pytest

from lsp.conftest import HELLO

UNITS = 500
MOST = 50_000
CHANGED = "funclens/functionsChanged"


@pytest.fixture
def large(vscode, write):
    """A window on many units, of which one is open and all are listed."""

    def start(name_of):
        texts = {
            f"team_{number // 50}/unit_{number}/main.py": HELLO.replace(
                "hello", name_of(number)
            )
            for number in range(UNITS)
        }
        path = write(texts)[UNITS // 2]
        client = vscode()
        client.open(path)
        listing = client.request("funclens/functions", {"version": 2})
        assert len(listing["functions"]) == UNITS
        client.send_request(
            "workspace/diagnostic",
            {"previousResultIds": [], "partialResultToken": "all"},
        )
        if name_of(0) == name_of(1):
            client.wait_until(lambda: len(reported(client)) == UNITS)
        settled(client, path)
        return client, path

    return start


def reported(client):
    """Return the files with diagnostics, as often as they were streamed."""
    return [
        item["uri"]
        for params in client.told("$/progress")
        if params["token"] == "all"
        for item in params["value"]["items"]
    ]


def settled(client, path):
    """Ask what an editor asks after a change, and for what it is told to ask again."""
    while True:
        asked = refreshes(client)
        client.lenses(path)
        client.diagnostics(path)
        if refreshes(client) == asked:
            return


def refreshes(client):
    return sum(name.endswith("/refresh") for name, _ in list(client.messages))


@pytest.mark.parametrize(
    ("name_of", "edit"),
    [
        ("hello_{}".format, ((5, 12), (5, 12), "x")),
        ("hello_{}".format, ((0, 0), (0, 0), "\n")),
        ("hello_{}".format, ((4, 4), (4, 5), "j")),
        (lambda _number: "hello", ((0, 0), (0, 0), "\n")),
        (lambda _number: "hello", ((4, 4), (4, 5), "j")),
    ],
    ids=["body", "line", "name", "line of one name", "name that all share"],
)
def test_one_keystroke_sends_little_among_500_units(large, name_of, edit):
    client, path = large(name_of)
    before, revision = client.received, len(client.told(CHANGED))
    streamed = len(reported(client))

    client.change(path, edit)
    if edit[0][0] in {0, 4}:  # a function moves, or has another name
        client.wait_until(lambda: len(client.told(CHANGED)) > revision)
    if streamed:
        client.wait_until(lambda: path.as_uri() in reported(client)[streamed:])
    settled(client, path)

    assert 0 < client.received - before < MOST
