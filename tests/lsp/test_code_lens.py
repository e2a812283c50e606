"""Code lenses: where they are, and that they stay there."""

from __future__ import annotations

from lsp.client import at, range_
from lsp.conftest import HELLO

BOTH = ["Run locally", "Debug"]


def lines(client, path):
    return [
        lens["range"]["start"]["line"]
        for lens in client.lenses(path)
        if lens["command"]["title"] == "Run locally"
    ]


def test_a_function_has_its_lenses(editor, write):
    (main,) = write({"main.py": HELLO})
    client = editor()
    client.open(main)

    run, debug = client.lenses(main)

    assert run == {
        "range": range_((4, 4), (4, 9)),
        "command": {
            "title": "Run locally",
            "command": "funclens.run",
            "arguments": [{"id": "main.hello"}],
        },
    }
    assert debug["command"]["command"] == "funclens.debug"


def test_a_closed_file_has_lenses(editor, write):
    (main,) = write({"main.py": HELLO})

    assert editor().titles(main) == BOTH


def test_lenses_move_with_the_text(editor, write):
    (main,) = write({"main.py": HELLO})
    client = editor()
    client.open(main)

    client.change(main, ((0, 0), (0, 0), "# one\n# two\n"))

    assert lines(client, main) == [6]


def test_a_new_function_gets_lenses_while_typing(editor, write):
    (main,) = write({"main.py": HELLO})
    client = editor()
    client.open(main)

    added = "\n@functions_framework.http\ndef bye(request):\n    return 'bye'\n"
    client.change(main, ((6, 0), (6, 0), added))

    assert lines(client, main) == [4, 8]


def test_a_syntax_error_removes_no_lenses(editor, write):
    later = HELLO.replace("import functions_framework\n", "").replace("hello", "later")
    (main,) = write({"main.py": HELLO + later})
    client = editor()
    client.open(main)
    before = lines(client, main)

    client.change(main, ((5, 0), (5, 0), "    x = (\n"))

    assert len(before) == 2
    assert lines(client, main) == [before[0], before[1] + 1]


def test_columns_use_the_clients_encoding(vscode, write):
    (main,) = write({"main.py": HELLO})
    client = vscode(encodings=["utf-8"])
    client.open(main, HELLO.replace("hello", "grüße"))

    lens = client.lenses(main)[0]

    assert lens["range"] == range_((4, 4), (4, 11))


def test_the_setting_turns_lenses_off_and_on(editor, write):
    (main,) = write({"main.py": HELLO})
    client = editor(options={"settings": {"codeLens": False}})
    assert client.titles(main) == []
    refreshes = len(client.told("workspace/codeLens/refresh"))

    client.settings = {"codeLens": True}
    settings = {"settings": {"funclens": {"codeLens": True}}}
    client.notify("workspace/didChangeConfiguration", settings)
    if client.name == "visual_studio_code":
        client.wait_until(
            lambda: len(client.told("workspace/codeLens/refresh")) > refreshes
        )

    assert client.titles(main) == BOTH


def test_a_function_that_is_not_saved_has_no_address_yet(vscode, write):
    """The runner serves files; a lens with a URL would answer 404."""
    (main,) = write({"main.py": HELLO})
    client = vscode()
    client.open(main)
    client.execute("funclens.run", {"id": "main.hello"})
    more = HELLO.replace("hello", "later")

    client.change(main, more + HELLO)
    unsaved = ["Not served until it is saved"]
    client.wait_for_titles(main, lambda titles: titles[:1] == unsaved)
    assert client.titles(main)[1].startswith("● http://")
    hover = client.request("textDocument/hover", at(main, 4, 5))
    assert "not saved yet" in hover["contents"]["value"]

    client.save(main, more + HELLO)
    client.wait_for_titles(main, lambda titles: "/later" in titles[0])
    client.change(main, ((0, 0), (0, 0), "\n"))  # the save restarts the unit meanwhile
    client.wait_for_titles(main, lambda titles: "/later" in titles[0])


def test_run_now_sends_the_request_of_the_scheduler(vscode, write):
    said = HELLO.partition("return ")[2]
    source = HELLO.replace(said, 'request.headers["X-CloudScheduler"]\n')
    settings = '[tool.funclens.triggers]\n"main.hello" = "--schedule=\'0 3 * * *\'"\n'
    (main, _) = write({"main.py": source, "pyproject.toml": settings})
    client = vscode()
    client.execute("funclens.run", {"id": "main.hello"})

    (lens,) = [x for x in client.lenses(main) if "Run Now" in x["command"]["title"]]
    answer = client.execute(lens["command"]["command"], *lens["command"]["arguments"])

    assert (answer["status"], answer["body"]) == (200, "true")
