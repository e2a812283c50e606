"""PowerShell scripts: variables, lists of words or tables, loops, functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Union

from funclens.discovery.deploy.command import deployments_of
from funclens.discovery.deploy.place import Place
from funclens.discovery.deploy.shell import builtins, folders_above
from funclens.discovery.deploy.shell.script_budget import ScriptBudget
from funclens.discovery.deploy.shell.staging import copy_of, staged_source
from funclens.discovery.deploy.shell.state import State, is_known, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["deployments_in_powershell"]

_LARGEST = 300_000
_DEEPEST = 20
_MOST_ITEMS = 5_000
_TOKEN = re.compile(
    r"`\r?\n|(?P<comment>#[^\n]*|<#.*?(?:#>|\Z))|(?P<end>[\n;]|\|\||&&|\|)"
    r"|(?P<open>@?[({]|\[)|(?P<close>[)}\]])|(?P<comma>,)"
    r"|(?P<text>@?\"(?:[^\"`]|`.)*(?:\"@?|\Z)|@?'[^']*(?:'@?|\Z))"
    r"|(?P<word>(?:[^\s;|,(){}\[\]\"'`#]|`.|\$\{[^}\n]{0,200}\}|\$\(\$[\w.]+\)|(?<=\S)#)+)|\s|.",
    re.DOTALL,
)
_REFERENCE = re.compile(
    r"\$\{(?:env:)?(\w+)\}|\$\(\$(\w+(?:\.\w+)?)\)|\$(?:env:|script:|global:)?(\w+(?:\.\w+)?)",
    re.IGNORECASE,
)
_ASSIGNED = re.compile(r"\$(?:env:|script:|global:|local:)?(\w+)", re.IGNORECASE)

_Value = Union[str, "list[_Value]", "dict[str, _Value]"]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def deployments_in_powershell(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that a script deploys."""
    if len(text) <= _LARGEST:
        yield from _Script(path, text, nearby).deployments()


class _Script:
    def __init__(self, path: str, text: str, nearby: NearbyFiles) -> None:
        self._path = path
        self._text = text
        self._nearby = nearby
        self._tokens = _tokens(text)
        self._pairs = _pairs(self._tokens)
        self._values: dict[str, _Value] = {}
        self._functions: dict[str, tuple[int, int]] = {}
        self._called: set[str] = set()
        self._state = State(folders_above(path, nearby))
        self._budget = ScriptBudget()
        self._found: list[Deployment] = []

    def deployments(self) -> list[Deployment]:
        self._run(0, len(self._tokens), 0)
        for name, (start, end) in self._functions.items():
            if name not in self._called:
                self._run(start, end, 1)
        return self._found

    def _run(self, start: int, end: int, depth: int) -> None:
        at = start
        while at < end and depth < _DEEPEST and self._budget.spend():
            token = self._tokens[at]
            word = token.text.lower()
            if token.kind == "end":
                at += 1
            elif word == "function" and at + 1 < end:
                at = self._function(at, end)
            elif word == "foreach":
                at = self._loop(at, end, depth)
            elif word == "param":
                at = self._parameters(at + 1, end)
            elif word in {
                "if",
                "elseif",
                "else",
                "while",
                "try",
                "catch",
                "finally",
                "do",
            }:
                at = self._block(at + 1, end, depth)
            elif token.kind == "word" and self._is_assignment(at, end):
                at = self._assign(at, end)
            elif token.kind in {"open", "close"}:
                at += 1
            else:
                at = self._command(at, end, depth)

    def _function(self, at: int, end: int) -> int:
        body = self._next_brace(at, end)
        if body is None:
            return at + 1
        name = self._tokens[at + 1].text
        self._functions[name.lower()] = (body + 1, self._pairs[body])
        return self._pairs[body] + 1

    def _block(self, at: int, end: int, depth: int) -> int:
        body = self._next_brace(at, end)
        if body is None:
            return at + 1
        self._run(body + 1, self._pairs[body], depth + 1)
        return self._pairs[body] + 1

    def _loop(self, at: int, end: int, depth: int) -> int:
        body = self._next_brace(at, end)
        head = at + 1
        if body is None or self._tokens[head].text != "(" or head + 2 >= body:
            return at + 1
        match = _ASSIGNED.fullmatch(self._tokens[head + 1].text)
        items = self._value(head + 3, self._pairs.get(head, body))
        values = items if isinstance(items, list) else [items]
        for value in values[:300]:
            if match:
                self._values[match[1].lower()] = value
            self._run(body + 1, self._pairs[body], depth + 1)
        return self._pairs[body] + 1

    def _parameters(self, at: int, end: int) -> int:
        """Take in the defaults of `param(…)` where nothing is known yet."""
        if at >= end or self._tokens[at].text != "(":
            return at
        last = self._pairs.get(at, end)
        index = at + 1
        while index < last:
            token = self._tokens[index]
            match = _ASSIGNED.fullmatch(token.text) if token.kind == "word" else None
            if match:
                name = match[1].lower()
                has_default = index + 1 < last and self._tokens[index + 1].text == "="
                if has_default:
                    stop = self._until_comma(index + 2, last)
                    value = self._value(index + 2, stop)
                    self._values.setdefault(name, value)
                    index = stop
                    continue
                self._values.setdefault(name, unknown(name))
            index = self._pairs.get(index, index) + 1
        return last + 1

    def _until_comma(self, at: int, end: int) -> int:
        while at < end and self._tokens[at].kind != "comma":
            at = self._pairs.get(at, at) + 1
        return min(at, end)

    def _is_assignment(self, at: int, end: int) -> bool:
        following = self._tokens[at + 1].text if at + 1 < end else ""
        text = self._tokens[at].text
        return bool(_ASSIGNED.fullmatch(text)) and following in {"=", "+="}

    def _assign(self, at: int, end: int) -> int:
        match = _ASSIGNED.fullmatch(self._tokens[at].text)
        stop = self._statement_end(at + 2, end)
        value = self._value(at + 2, stop)
        if match:
            name = match[1].lower()
            before = self._values.get(name)
            if self._tokens[at + 1].text == "+=" and isinstance(before, list):
                more = value if isinstance(value, list) else [value]
                value = [*before, *more][:_MOST_ITEMS]
            self._values[name] = value
        return stop

    def _statement_end(self, at: int, end: int) -> int:
        while at < end and self._tokens[at].kind != "end":
            at = self._pairs.get(at, at) + 1
        return min(at, end)

    def _next_brace(self, at: int, end: int) -> int | None:
        for index in range(at, min(at + 60, end)):
            if self._tokens[index].text == "{" and index in self._pairs:
                inside = any(
                    opened < index < closed
                    for opened, closed in self._pairs.items()
                    if at <= opened < index and self._tokens[opened].text == "("
                )
                if not inside:
                    return index
        return None

    # Values

    def _value(self, start: int, end: int) -> _Value:
        """Return what an expression stands for."""
        items: list[Any] = []
        at = start
        had_comma = False
        while at < end:
            token = self._tokens[at]
            closed = self._pairs.get(at)
            if token.kind == "comma":
                had_comma = True
            elif token.text in {"@(", "("} and closed is not None:
                inner = self._value(at + 1, closed)
                listed = inner if isinstance(inner, list) else [inner]
                items.append(listed if token.text == "@(" else inner)
            elif token.text == "@{" and closed is not None:
                items.append(self._table(at + 1, closed))
            elif token.text == "[" and closed is not None:
                pass
            elif token.kind in {"word", "text"}:
                items.append(self._text_of(token))
            at = (closed if closed is not None else at) + 1
        newlines = any(self._tokens[i].kind == "end" for i in range(start, end))
        if had_comma or (newlines and len(items) > 1):
            return items
        return items[0] if len(items) == 1 else items or ""

    def _table(self, start: int, end: int) -> dict[str, _Value]:
        found: dict[str, _Value] = {}
        at = start
        while at + 2 < end:
            if self._tokens[at + 1].text == "=":
                stop = self._statement_end(at + 2, end)
                found[self._tokens[at].text.strip("\"'").lower()] = self._value(
                    at + 2, stop
                )
                at = stop
            else:
                at += 1
        return found

    def _text_of(self, token: _Token) -> _Value:
        text = token.text
        if text.startswith(("'", "@'")):
            return text.strip("@").strip("'")
        if token.kind == "text":
            return self._filled(text.strip("@")[1:-1])
        splat = re.fullmatch(r"@(\w+)", text)
        match = _REFERENCE.fullmatch("$" + splat[1] if splat else text)
        if match:
            return self._lookup(match)
        return self._filled(text)

    def _filled(self, text: str) -> str:
        def value(match: re.Match[str]) -> str:
            found = self._lookup(match)
            return found if isinstance(found, str) else unknown(match[0])

        return re.sub(r"`(.)", r"\1", _REFERENCE.sub(value, text))

    def _lookup(self, match: re.Match[str]) -> _Value:
        name = next(group for group in match.groups() if group).lower()
        if name == "psscriptroot":
            return self._state.start[0]
        if name == "pwd":
            return self._state.here()
        head, _, key = name.partition(".")
        found = self._values.get(head)
        if key and isinstance(found, dict):
            found = found.get(key)
        elif key and isinstance(found, str):
            return f"{found}.{key}" if "." in match[0] else found
        return unknown(name) if found is None else found

    # Commands

    def _command(self, at: int, end: int, depth: int) -> int:
        stop = self._statement_end(at, end)
        tokens = self._tokens[at:stop]
        words: list[str] = []
        previous = -1
        for token in tokens:
            if token.kind == "comma" and words:
                words[-1] += ","
                previous = token.end
                continue
            if token.kind not in {"word", "text"}:
                continue
            value = self._text_of(token)
            texts = [
                item if isinstance(item, str) else unknown("value")
                for item in (value if isinstance(value, list) else [value])
            ]
            if token.start == previous and words:
                words[-1] += texts.pop(0) if texts else ""
            words += texts
            previous = token.end
        for index in range(at, stop):
            if self._tokens[index].text == "{":
                self._run(index + 1, self._pairs.get(index, stop), depth + 1)
        self._carry_out(words, tokens, depth)
        return max(stop, at + 1)

    def _carry_out(self, words: list[str], tokens: list[_Token], depth: int) -> None:
        # Either slash is one there.
        words = [word.replace("\\", "/") for word in words if word != "&"]
        words, _ = builtins.unwrapped(words)
        if not words:
            return
        program = words[0].rpartition("/")[2]
        if program.lower() in self._functions:
            self._call(program.lower(), words[1:], depth)
        elif copied := copy_of(program, words, self._state, self._nearby):
            self._state.copies = (*self._state.copies, copied)
        elif not builtins.apply(program, words, self._state, self._nearby):
            place = Place(self._path, self._text, tokens[0].start, tokens[-1].end)
            for text in [word for word in words if " gcloud " in f" {word} "]:
                # A command in a text: `Invoke-Expression $command`.
                words = text.split() if " " in text else words
            known = [word if is_known(word) else _flag_of(word) for word in words]
            for found in deployments_of(known, place, self._state.folders):
                self._found.append(
                    staged_source(found, words, self._state, self._nearby)
                )

    def _call(self, name: str, words: list[str], depth: int) -> None:
        start, end = self._functions[name]
        self._called.add(name)
        names = self._parameter_names(start, end)
        before = dict(self._values)
        plain: list[str] = []
        index = 0
        while index < len(words):
            word = words[index]
            if word.startswith("-") and index + 1 < len(words):
                self._values[word[1:].lower()] = words[index + 1]
                index += 2
                continue
            plain.append(word)
            index += 1
        for parameter, value in zip(names, plain, strict=False):
            self._values[parameter] = value
        self._run(start, end, depth + 1)
        self._values = before

    def _parameter_names(self, start: int, end: int) -> list[str]:
        for at in range(start, min(start + 20, end)):
            if self._tokens[at].text.lower() == "param" and at + 1 in self._pairs:
                inside = self._tokens[at + 2 : self._pairs[at + 1]]
                matches = (_ASSIGNED.fullmatch(t.text) for t in inside)
                return [match[1].lower() for match in matches if match]
        # `function Name($a, $b) {`: the parameters are before the body.
        names: list[str] = []
        for at in range(start - 2, max(start - 40, -1), -1):
            text = self._tokens[at].text
            if text.lower() == "function":
                break
            if match := _ASSIGNED.fullmatch(text):
                names.append(match[1].lower())
        return names[::-1]


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(match.lastgroup or "", match[0], match.start(), match.end())
        for match in _TOKEN.finditer(text)
        if match.lastgroup not in {None, "comment"}
    ]


def _pairs(tokens: list[_Token]) -> dict[int, int]:
    """Return the index of each closing bracket by that of the opening one."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "open":
            opened.append(index)
        elif token.kind == "close" and opened:
            found[opened.pop()] = index
    return found


def _flag_of(word: str) -> str | None:
    flag, equals, _ = word.partition("=")
    return flag + "=" if equals and flag.startswith("-") and is_known(flag) else None
