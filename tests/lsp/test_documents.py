"""Documents as the client names them, and their lines."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types

from funclens.lsp.analysis import Analysis
from funclens.lsp.open_documents import Documents
from funclens.lsp.uris import path_of, uri_of


def opened(uri, text, *changes):
    """Open a document and change it; return the documents and the workspace's texts."""
    analysis = Analysis(lambda _update: None)
    documents = Documents(analysis, "utf-16")
    item = types.TextDocumentItem(uri, "python", 1, text)
    identifier = types.VersionedTextDocumentIdentifier(uri=uri, version=2)

    async def act():
        documents.open(item)
        documents.edit(types.DidChangeTextDocumentParams(identifier, list(changes)))
        await analysis.read([], {})

    asyncio.run(act())
    return documents, analysis.workspace.texts


def test_changes_are_applied_in_order():
    span = types.Range(types.Position(0, 1), types.Position(0, 99))

    documents, texts = opened(
        "file:///a.py",
        "old",
        types.TextDocumentContentChangeWholeDocument("ab\ncd\n"),
        types.TextDocumentContentChangePartial(span, "!"),
    )

    assert texts.text("/a.py") == "a!\ncd\n"
    assert documents.version_of("/a.py") == 2


def test_an_open_file_keeps_the_clients_own_uri():
    documents, _texts = opened("file:///w%20/%61.py", "x")

    assert list(documents) == ["/w /a.py"]
    assert documents.uri_of("/w /a.py") == "file:///w%20/%61.py"


def test_non_file_documents_are_not_kept():
    documents, texts = opened("untitled:Untitled-1", "x")

    assert (list(documents), list(texts)) == ([], [])


@pytest.mark.parametrize(
    "path",
    ["/a b/c.py", "/ü/日本/ü.py", "/a#b/c?d;e%20.py", "/a&b/(c)/[d].py"],
)
def test_a_path_survives_a_round_trip(path):
    assert path_of(uri_of(path)) == path


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "git:/a.py?x", "", "vscode:a"])
def test_other_uri_schemes_are_not_files(uri):
    assert path_of(uri) is None
