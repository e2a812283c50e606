"""Files of a test, with the edits of a quick fix applied to them."""

from __future__ import annotations

from lsprotocol import types

from features.catalogs import FOLDER
from funclens.features import ClientProfile
from funclens.features.fixes import quick_fixes
from funclens.features.position_encoding import Places, split_lines

MAIN = f"{FOLDER}/billing/main.py"
OTHER = f"{FOLDER}/shop/main.py"
PROJECT = f"{FOLDER}/pyproject.toml"

HEALTH = """\
import functions_framework


@functions_framework.http
def health(request):
    return "ok"
"""


class Files:
    """Texts by path, and the edits of a fix applied to them."""

    def __init__(self, texts):
        self.texts = dict(texts)

    def places(self):
        def line_of(path, number):
            lines = split_lines(self.texts.get(path, ""))
            return lines[number - 1] if 0 < number <= len(lines) else ""

        return Places("utf-32", line_of, self.texts.get, lambda path: path)

    def apply(self, edit):
        changes = dict(edit.changes or {})
        for change in edit.document_changes or ():
            if isinstance(change, types.CreateFile):
                assert change.uri not in self.texts
                self.texts[change.uri] = ""
            else:
                changes[change.text_document.uri] = change.edits
        for path, edits in changes.items():
            self.texts[path] = apply(self.texts[path], edits)


def apply(text, edits):
    lines = [*split_lines(text), ""]

    def offset(position):
        return sum(map(len, lines[: position.line])) + position.character

    for edit in sorted(edits, key=lambda item: offset(item.range.start), reverse=True):
        start, end = offset(edit.range.start), offset(edit.range.end)
        text = text[:start] + edit.new_text + text[end:]
    return text


def offered(files, snapshot, *, line=5, can_create=True, diagnostics=()):
    place = types.Position(line - 1, 0)
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(MAIN),
        types.Range(place, place),
        types.CodeActionContext(diagnostics=list(diagnostics)),
    )
    profile = ClientProfile(creates_files=can_create)
    found = quick_fixes(snapshot, MAIN, params, files.places(), profile)
    return {action.title: action for action in found}
