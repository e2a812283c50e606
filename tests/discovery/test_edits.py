"""An open text follows its client's ranges; its facts are those of the whole text."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funclens.catalog import build_catalog, listing
from funclens.discovery import Change, Position, Workspace
from funclens.discovery.files.document import Document, count_units, split_lines
from funclens.discovery.resolve.module_reader import ModuleReader, read_module
from source_tree import open_tree, write_tree

if TYPE_CHECKING:
    from pathlib import Path

ENCODINGS = ("utf-8", "utf-16", "utf-32")
TEXTS = st.text(st.sampled_from("ab é😀\t\f\x0b\x1c\u2028\r\n"), max_size=30)
PYTHON = st.lists(
    st.sampled_from(
        [
            "import functions_framework\n",
            "@functions_framework.http\n",
            "def hello(request):\n    return ''\n",
            "async def other(event, context):\n    pass\n",
            "class A:\n    def m(self): ...\n",
            '"""\n',
            "x = (\n",
            ")\n",
            "def ",
            "\n",
            "\r\n",
            "# funclens: http\n",
            "é = '😀'\n",
        ]
    ),
    max_size=8,
).map("".join)


def position_at(text: str, offset: int, encoding: str) -> Position:
    """Return the position of an offset, by the words of the specification."""
    ends = [match.end() for match in re.finditer(r"\r\n|\n|\r", text[:offset])]
    if text[offset - 1 : offset + 1] == "\r\n":
        ends.pop()  # between the two halves of one line ending
    start = ends[-1] if ends else 0
    return Position(len(ends), count_units(text[start:offset], encoding))


def draw_edit(
    data: st.DataObject, text: str, pieces: st.SearchStrategy[str], encoding: str
) -> tuple[Change, str]:
    """Return a change of a random range, and the text that it leads to."""
    offsets = st.integers(0, len(text)).filter(
        lambda offset: text[offset - 1 : offset + 1] != "\r\n"
    )
    start, end = sorted((data.draw(offsets), data.draw(offsets)))
    new = data.draw(pieces)
    change = Change(
        new, position_at(text, start, encoding), position_at(text, end, encoding)
    )
    return change, text[:start] + new + text[end:]


@settings(max_examples=500)
@given(data=st.data(), text=TEXTS, encoding=st.sampled_from(ENCODINGS))
def test_a_range_is_replaced_in_the_clients_units(
    data: st.DataObject, text: str, encoding: str
) -> None:
    document = Document(text)
    for _ in range(data.draw(st.integers(1, 6))):
        change, text = draw_edit(data, text, TEXTS, encoding)

        document.apply(change, encoding)

        assert document.text == text
        assert document.lines == split_lines(text)


@settings(max_examples=500)
@given(data=st.data(), text=TEXTS)
def test_unchanged_parts_are_reported_correctly(data: st.DataObject, text: str) -> None:
    document = Document(text)
    document.take_unchanged()
    before = text
    for _ in range(data.draw(st.integers(1, 4))):
        change, text = draw_edit(data, text, TEXTS, "utf-16")
        document.apply(change, "utf-16")

    unchanged = document.take_unchanged()

    assert unchanged is not None
    head, tail = unchanged
    assert text[:head] == before[:head]
    assert text[len(text) - tail :] == before[len(before) - tail :]


@settings(max_examples=500)
@given(data=st.data(), text=PYTHON)
def test_editing_ranges_gives_the_facts_of_the_whole_text(
    data: st.DataObject, text: str
) -> None:
    text = text.replace("\r", "")
    document = Document(text)
    document.take_unchanged()
    reader = ModuleReader("/main.py", text)
    for _ in range(data.draw(st.integers(1, 4))):
        for _ in range(data.draw(st.integers(1, 2))):
            pieces = PYTHON.map(lambda piece: piece.replace("\r", ""))
            change, text = draw_edit(data, text, pieces, "utf-16")
            document.apply(change, "utf-16")

        reader.edit(document.text, document.take_unchanged())

        fresh = read_module("/main.py", text)
        assert reader.module.text == text
        assert reader.module.blocks == fresh.blocks
        assert reader.module.names == fresh.names
        assert reader.module.comments == fresh.comments


@settings(max_examples=100)
@given(data=st.data(), encoding=st.sampled_from(ENCODINGS))
def test_editing_by_ranges_equals_opening_the_whole_text(
    data: st.DataObject, encoding: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("edits")
    path = str(folder / "main.py")
    text = data.draw(PYTHON)
    edited = open_tree(folder)
    edited.open(path, text)
    for _ in range(data.draw(st.integers(1, 5))):
        change, text = draw_edit(data, text, PYTHON, encoding)
        edited.edit(path, [change], encoding=encoding)
        if data.draw(st.booleans()):
            edited.facts()

    fresh = open_tree(folder)
    fresh.open(path, text)

    assert edited.texts.text(path) == text
    assert listing(build_catalog(edited.facts())) == listing(
        build_catalog(fresh.facts())
    )


def test_a_column_past_the_line_means_its_end() -> None:
    document = Document("ab\ncd\n")

    document.apply(Change("!", Position(0, 99), Position(0, 99)), "utf-16")

    assert document.text == "ab!\ncd\n"


def test_a_line_past_the_end_means_the_end() -> None:
    document = Document("ab")

    document.apply(Change("!", Position(7, 3), Position(9, 0)), "utf-16")

    assert document.text == "ab!"


def test_a_reversed_range_is_the_same_range() -> None:
    document = Document("ab\ncd\n")

    document.apply(Change("-", Position(1, 1), Position(0, 1)), "utf-16")

    assert document.text == "a-d\n"


def test_a_change_without_a_range_replaces_the_text() -> None:
    document = Document("ab\n")

    document.apply(Change("x\ny"), "utf-16")

    assert (document.text, document.lines) == ("x\ny", ["x\n", "y"])


def test_a_text_that_is_not_open_cannot_be_edited(tmp_path: Path) -> None:
    workspace = open_tree(write_tree(tmp_path, {"main.py": "x = 1\n"}))

    assert not workspace.edit(str(tmp_path / "main.py"), [Change("y")])
    assert workspace.texts.text(str(tmp_path / "main.py")) == "x = 1\n"


def test_a_line_comes_from_the_editor_or_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"# coding: latin-1\r\n\xe9\r\n")
    workspace = Workspace([str(tmp_path)])

    assert workspace.texts.line(str(path), 2) == "é\r\n"

    workspace.open(str(path), "x\ny\n", 1)
    assert workspace.texts.line(str(path), 2) == "y\n"

    workspace.close(str(path))
    assert workspace.texts.line(str(path), 2) == "é\r\n"


def test_a_line_of_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old\n")
    workspace = Workspace([str(tmp_path)])
    assert workspace.texts.line(str(path), 1) == "old\n"
    path.write_bytes(b"new\n")

    workspace.changed([str(path)])

    assert workspace.texts.line(str(path), 1) == "new\n"


@pytest.mark.parametrize("name", ["binary.py", "missing.py", "folder.py"])
def test_a_file_that_cannot_be_read_has_no_lines(tmp_path: Path, name: str) -> None:
    (tmp_path / "binary.py").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "folder.py").mkdir()
    workspace = Workspace([str(tmp_path)])

    assert workspace.texts.line(str(tmp_path / name), 1) == ""
    assert workspace.texts.text(str(tmp_path / name)) is None


def test_edits_while_another_thread_loads_are_not_lost(tmp_path: Path) -> None:
    function = "@functions_framework.http\ndef hello_{}(request):\n    return ''\n"
    path = str(tmp_path / "main.py")
    write_tree(tmp_path, {"main.py": "import functions_framework\n"})
    workspace = open_tree(tmp_path)
    workspace.open(path, "import functions_framework\n")
    stop = threading.Event()

    def load() -> None:
        while not stop.is_set():
            workspace.load()
            workspace.facts()

    thread = threading.Thread(target=load)
    thread.start()
    for number in range(200):
        end = Position(10_000, 0)
        workspace.edit(path, [Change(function.format(number), end, end)])
    stop.set()
    thread.join()

    names = [function.name for function in build_catalog(workspace.facts()).functions]
    assert names == [f"hello_{number}" for number in range(200)]
