"""Texts follow the editor's changes, in every encoding and with every line ending."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from funclens.features.positions import count_units, split_lines
from funclens.lsp.documents import Document, Documents
from funclens.lsp.uris import path_of, uri_of

ENCODINGS = ("utf-8", "utf-16", "utf-32")
TEXTS = st.text(st.sampled_from("ab é😀\t\f\x0b\x1c\u2028\r\n"), max_size=30)


def position_at(text, offset, encoding):
    """Return the position of an offset, by the words of the specification."""
    ends = [match.end() for match in re.finditer(r"\r\n|\n|\r", text[:offset])]
    if text[offset - 1 : offset + 1] == "\r\n":
        ends.pop()  # between the two halves of one line ending
    start = ends[-1] if ends else 0
    return types.Position(len(ends), count_units(text[start:offset], encoding))


@settings(max_examples=500)
@given(data=st.data(), text=TEXTS, encoding=st.sampled_from(ENCODINGS))
def test_a_change_replaces_what_the_client_means(data, text, encoding):
    document = Document("file:///a.py", 1, split_lines(text))
    for _ in range(data.draw(st.integers(1, 4))):
        offsets = st.integers(0, len(text)).filter(
            lambda offset, text=text: text[offset - 1 : offset + 1] != "\r\n"
        )
        start, end = sorted((data.draw(offsets), data.draw(offsets)))
        new = data.draw(TEXTS)
        span = types.Range(
            position_at(text, start, encoding), position_at(text, end, encoding)
        )

        document.apply(types.TextDocumentContentChangePartial(span, new), encoding)

        text = text[:start] + new + text[end:]
        assert document.text == text
        assert document.lines == split_lines(text)


def test_a_form_feed_does_not_end_a_line():
    assert split_lines("a\fb\u2028c\nd\re\r\n") == ["a\fb\u2028c\n", "d\r", "e\r\n"]


def test_a_column_past_the_line_means_its_end():
    document = Document("file:///a.py", 1, ["ab\n", "cd\n"])
    span = types.Range(types.Position(0, 99), types.Position(0, 99))

    document.apply(types.TextDocumentContentChangePartial(span, "!"), "utf-16")

    assert document.text == "ab!\ncd\n"


def test_a_whole_text_replaces_the_text():
    document = Document("file:///a.py", 1, ["ab\n"])

    document.apply(types.TextDocumentContentChangeWholeDocument("x\ny"), "utf-16")

    assert document.lines == ["x\n", "y"]


@pytest.mark.parametrize(
    "path",
    ["/a b/c.py", "/ü/日本/ü.py", "/a#b/c?d;e%20.py", "/a&b/(c)/[d].py"],
)
def test_a_path_survives_the_way_there_and_back(path):
    assert path_of(uri_of(path)) == path


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "git:/a.py?x", "", "vscode:a"])
def test_other_schemes_are_no_files(uri):
    assert path_of(uri) is None


def test_an_open_file_keeps_the_clients_own_uri():
    documents = Documents()
    item = types.TextDocumentItem("file:///w%20/%61.py", "python", 1, "x")

    path = documents.open(item)

    assert path == "/w /a.py"
    assert documents.uri_of(path) == "file:///w%20/%61.py"


def test_a_line_comes_from_the_editor_or_else_from_the_disk(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(b"# coding: latin-1\n\xe9\n")
    documents = Documents()

    assert documents.line_of(str(path), 2) == "é\n"

    documents.open(types.TextDocumentItem(path.as_uri(), "python", 1, "x\ny\n"))
    assert documents.line_of(str(path), 2) == "y\n"


def test_a_file_that_changed_is_read_again(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("old\n")
    documents = Documents()
    documents.line_of(str(path), 1)
    path.write_text("new\n")

    documents.forget(str(path))

    assert documents.line_of(str(path), 1) == "new\n"


def test_a_file_that_cannot_be_read_has_no_lines(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(b"\xff\xfe\x00")

    assert Documents().line_of(str(path), 1) == ""
    assert Documents().line_of(str(tmp_path / "none.py"), 1) == ""
