"""Views follow the functions by differences, which lead to what a fresh fetch says."""

from __future__ import annotations

from lsp.conftest import HELLO

OTHER = HELLO.replace("hello", "later").replace("import functions_framework\n", "")
CHANGED = "funclens/functionsChanged"


def listed(client):
    return client.request("funclens/functions")


def apply(listing, change):
    """Apply a difference as docs/guides/editors.md has it."""
    assert change["version"] == 1
    assert change["revision"] == listing["revision"] + 1
    functions = {item["id"]: item for item in listing["functions"]}
    functions.update({item["id"]: item for item in change.get("functions", ())})
    order = change.get("order", list(functions))
    return {
        "functions": [functions[name] for name in order],
        "collisions": change.get("collisions", listing["collisions"]),
        "revision": change["revision"],
    }


def test_differences_lead_to_the_same_functions_as_a_fetch(vscode, write):
    main, two = write({"main.py": HELLO, "two/main.py": HELLO})
    client = vscode()
    client.open(main)
    client.open(two)
    known = listed(client)
    assert known["revision"] == 0
    texts = [
        (main, "\n\n" + HELLO),
        (main, HELLO + OTHER),
        (two, HELLO.replace("hello", "bye")),
        (main, OTHER),
        (two, HELLO + OTHER),
        (main, HELLO + OTHER),
    ]

    for number, (path, text) in enumerate(texts, start=1):
        client.change(path, text)
        change = client.wait_for(CHANGED, lambda p, n=number: p["revision"] == n)
        known = apply(known, change)

    fresh = listed(client)
    assert {name: fresh[name] for name in known} == known


def test_a_keystroke_that_changes_no_function_sends_nothing(vscode, write):
    (main,) = write({"main.py": HELLO})
    client = vscode()
    client.open(main)
    listed(client)

    for number in range(5):
        client.change(main, ((5, 15), (5, 15), str(number)))
        client.lenses(main)

    assert client.told(CHANGED) == []


def test_a_client_that_never_asks_is_sent_nothing(editor, write):
    (main,) = write({"main.py": HELLO})
    client = editor()
    client.open(main)

    client.change(main, HELLO + OTHER)

    assert len(client.lenses(main)) == 4
    assert client.told(CHANGED) == []


def test_the_units_that_load_a_file_are_known_while_it_is_edited(editor, write):
    main, helper, script = write(
        {"a/main.py": HELLO, "a/helper.py": "", "a/script.py": "import helper\n"}
    )
    client = editor()

    def units(path):
        return client.request("funclens/unitsOf", {"uri": path.as_uri()})["units"]

    assert (units(main), units(helper)) == (["a.main"], [])
    client.open(main, "import helper\n" + HELLO)
    assert (units(helper), units(script)) == (["a.main"], [])
    assert client.request("funclens/unitsOf", {"uri": "untitled:1"})["units"] == []


def test_shared_endpoints_count_as_long_as_they_are_reported(vscode, write):
    """Not if the severity of the problem is off, or only a hint."""
    write({"a/main.py": HELLO, "b/main.py": HELLO})
    client = vscode()
    assert listed(client)["reported"] == ["hello"]

    client.settings = {"severity": {"duplicate-endpoint": "hint"}}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.wait_for(CHANGED, lambda params: params.get("reported") == [])
    assert [item["endpoint"] for item in listed(client)["collisions"]] == ["hello"]
    client.settings = {"severity": {"duplicate-endpoint": "error"}}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.wait_for(CHANGED, lambda params: params.get("reported") == ["hello"])
