"""A unit that does not load: said at the click, at the line and in the lens."""

from __future__ import annotations

import pytest

from lsp.client import ResponseError, range_
from lsp.conftest import HELLO
from lsp.test_running import ID, get

BROKEN = HELLO + "\n\nunknown_name\n"


def import_errors(items):
    return [item for item in items if item["code"] == "import-error"]


def test_an_import_error_is_shown_at_its_line_until_fixed(editor, write):
    (main,) = write({"main.py": BROKEN})
    client = editor()
    client.open(main)

    with pytest.raises(ResponseError, match=r"`main` failed to load.*NameError"):
        client.execute("funclens.run", ID)

    (found,) = import_errors(client.diagnostics(main, import_errors))
    assert found["range"] == range_((8, 0), (8, 12))
    assert found["severity"] == 1
    assert "NameError: name 'unknown_name' is not defined" in found["message"]
    assert client.titles(main)[0].startswith("✗ NameError")

    client.change(main, HELLO)
    client.save(main, HELLO)
    url = client.execute("funclens.run", ID)["url"]

    assert get(url) == "Hello World!"
    assert client.diagnostics(main, lambda items: not import_errors(items)) == []
    assert client.titles(main)[0] == f"● {url}"


def test_an_import_error_in_a_helper_is_shown_in_the_helper(editor, write):
    _main, helper = write(
        {"main.py": f"import helper\n{HELLO}", "helper.py": "\n\n1 / 0\n"}
    )
    client = editor()

    with pytest.raises(ResponseError, match="ZeroDivisionError"):
        client.execute("funclens.run", ID)

    (found,) = import_errors(client.diagnostics(helper, import_errors))
    assert found["range"] == range_((2, 0), (2, 5))


def reloads(client):
    """Count how often the only unit was loading; that it is ready is said twice."""
    told = client.told("funclens/runnerChanged")
    return sum(
        unit["state"] == "starting" for params in told for unit in params["units"]
    )


def test_a_save_is_served_at_once(editor, write):
    (main,) = write({"main.py": HELLO})
    client = editor()
    client.open(main)
    url = client.execute("funclens.run", ID)["url"]
    changed = HELLO.replace("Hello", "Moin")

    before = reloads(client)
    client.change(main, changed)
    client.save(main, changed)
    client.wait_until(lambda: reloads(client) > before)

    assert get(url) == "Moin World!"


def test_a_change_of_another_program_is_served_too(vscode, write):
    main, helper = write(
        {
            "main.py": f"import helper\n{HELLO}".replace("Hello", "{helper.WORD}"),
            "helper.py": "WORD = 'Hello'\n",
        }
    )
    client = vscode()
    url = client.execute("funclens.run", ID)["url"]
    assert get(url) == "Hello World!"

    helper.write_text("WORD = 'Moin'\n")
    client.files_changed((helper, 2))
    client.execute("funclens.restart", ID)

    assert get(url) == "Moin World!"
    assert client.titles(main)[0] == f"● {url}"


def test_a_new_function_is_served_without_a_restart(vscode, write):
    (main,) = write({"main.py": HELLO})
    client = vscode()
    client.open(main)
    client.execute("funclens.run", ID)
    added = HELLO + HELLO.replace("import functions_framework\n", "").replace(
        "hello", "later"
    )

    client.change(main, added)
    client.save(main, added)

    answer = client.execute("funclens.call", {"id": "main.later"})
    assert (answer["status"], answer["body"]) == (200, "Hello World!")
