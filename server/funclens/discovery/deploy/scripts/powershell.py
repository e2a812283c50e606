"""PowerShell scripts: variables, arrays, hash tables, loops, functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.command import deployments_of
from funclens.discovery.deploy.place import Place
from funclens.discovery.deploy.scripts.powershell_values import PowerShellValues
from funclens.discovery.deploy.shell import builtins
from funclens.discovery.deploy.shell.script_budget import ScriptBudget
from funclens.discovery.deploy.shell.staging import copy_of, staged_source
from funclens.discovery.deploy.shell.state import known_part, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles
    from funclens.discovery.deploy.scripts.powershell_values import Token

__all__ = ["deployments_in_powershell"]

_LARGEST = 300_000
_DEEPEST = 20
_MOST_ITEMS = 5_000
_ASSIGNED = re.compile(r"\$(?:env:|script:|global:|local:)?(\w+)", re.IGNORECASE)


def deployments_in_powershell(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that a script deploys."""
    if len(text) <= _LARGEST:
        yield from _Script(path, text, nearby).deployments()


class _Script(PowerShellValues):
    def __init__(self, path: str, text: str, nearby: NearbyFiles) -> None:
        super().__init__(path, text, nearby)
        self._path = path
        self._text = text
        self._nearby = nearby
        self._functions: dict[str, tuple[int, int]] = {}
        self._called: set[str] = set()
        self._budget = ScriptBudget()
        self._found: list[Deployment] = []

    def deployments(self) -> list[Deployment]:
        self._run(0, len(self.tokens), 0)
        for name, (start, end) in self._functions.items():
            if name not in self._called:
                self._run(start, end, 1)
        return self._found

    def _run(self, start: int, end: int, depth: int) -> None:
        at = start
        while at < end and depth < _DEEPEST and self._budget.spend():
            token = self.tokens[at]
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
        name = self.tokens[at + 1].text
        self._functions[name.lower()] = (body + 1, self.pairs[body])
        return self.pairs[body] + 1

    def _block(self, at: int, end: int, depth: int) -> int:
        body = self._next_brace(at, end)
        if body is None:
            return at + 1
        self._run(body + 1, self.pairs[body], depth + 1)
        return self.pairs[body] + 1

    def _loop(self, at: int, end: int, depth: int) -> int:
        body = self._next_brace(at, end)
        head = at + 1
        if body is None or self.tokens[head].text != "(" or head + 2 >= body:
            return at + 1
        match = _ASSIGNED.fullmatch(self.tokens[head + 1].text)
        items = self.value(head + 3, self.pairs.get(head, body))
        values = items if isinstance(items, list) else [items]
        for value in values[:300]:
            if match:
                self.values[match[1].lower()] = value
            self._run(body + 1, self.pairs[body], depth + 1)
        return self.pairs[body] + 1

    def _parameters(self, at: int, end: int) -> int:
        """Read the defaults of `param(…)` for parameters without a value."""
        if at >= end or self.tokens[at].text != "(":
            return at
        last = self.pairs.get(at, end)
        index = at + 1
        while index < last:
            token = self.tokens[index]
            match = _ASSIGNED.fullmatch(token.text) if token.kind == "word" else None
            if match:
                name = match[1].lower()
                has_default = index + 1 < last and self.tokens[index + 1].text == "="
                if has_default:
                    stop = self._until_comma(index + 2, last)
                    value = self.value(index + 2, stop)
                    self.values.setdefault(name, value)
                    index = stop
                    continue
                self.values.setdefault(name, unknown(name))
            index = self.pairs.get(index, index) + 1
        return last + 1

    def _until_comma(self, at: int, end: int) -> int:
        while at < end and self.tokens[at].kind != "comma":
            at = self.pairs.get(at, at) + 1
        return min(at, end)

    def _is_assignment(self, at: int, end: int) -> bool:
        following = self.tokens[at + 1].text if at + 1 < end else ""
        text = self.tokens[at].text
        return bool(_ASSIGNED.fullmatch(text)) and following in {"=", "+="}

    def _assign(self, at: int, end: int) -> int:
        match = _ASSIGNED.fullmatch(self.tokens[at].text)
        stop = self.statement_end(at + 2, end)
        value = self.value(at + 2, stop)
        if match:
            name = match[1].lower()
            before = self.values.get(name)
            if self.tokens[at + 1].text == "+=" and isinstance(before, list):
                more = value if isinstance(value, list) else [value]
                value = [*before, *more][:_MOST_ITEMS]
            self.values[name] = value
        return stop

    def _next_brace(self, at: int, end: int) -> int | None:
        for index in range(at, min(at + 60, end)):
            if self.tokens[index].text == "{" and index in self.pairs:
                inside = any(
                    opened < index < closed
                    for opened, closed in self.pairs.items()
                    if at <= opened < index and self.tokens[opened].text == "("
                )
                if not inside:
                    return index
        return None

    # Commands

    def _command(self, at: int, end: int, depth: int) -> int:
        stop = self.statement_end(at, end)
        tokens = self.tokens[at:stop]
        words: list[str] = []
        previous = -1
        for token in tokens:
            if token.kind == "comma" and words:
                words[-1] += ","
                previous = token.end
                continue
            if token.kind not in {"word", "text"}:
                continue
            value = self.text_of(token)
            texts = [
                item if isinstance(item, str) else unknown("value")
                for item in (value if isinstance(value, list) else [value])
            ]
            if token.start == previous and words:
                words[-1] += texts.pop(0) if texts else ""
            words += texts
            previous = token.end
        for index in range(at, stop):
            if self.tokens[index].text == "{":
                self._run(index + 1, self.pairs.get(index, stop), depth + 1)
        self._carry_out(words, tokens, depth)
        return max(stop, at + 1)

    def _carry_out(self, words: list[str], tokens: list[Token], depth: int) -> None:
        # PowerShell accepts either slash.
        words = [word.replace("\\", "/") for word in words if word != "&"]
        words, _ = builtins.unwrapped(words)
        if not words:
            return
        program = words[0].rpartition("/")[2]
        if program.lower() in self._functions:
            self._call(program.lower(), words[1:], depth)
        elif copied := copy_of(program, words, self.state, self._nearby):
            self.state.copies = (*self.state.copies, copied)
        elif not builtins.apply(program, words, self.state, self._nearby):
            place = Place(self._path, self._text, tokens[0].start, tokens[-1].end)
            for text in [word for word in words if " gcloud " in f" {word} "]:
                # A command in a string: `Invoke-Expression $command`.
                words = text.split() if " " in text else words
            known = [known_part(word) for word in words]
            for found in deployments_of(known, place, self.state.folders):
                self._found.append(
                    staged_source(found, words, self.state, self._nearby)
                )

    def _call(self, name: str, words: list[str], depth: int) -> None:
        start, end = self._functions[name]
        self._called.add(name)
        names = self._parameter_names(start, end)
        before = dict(self.values)
        plain: list[str] = []
        index = 0
        while index < len(words):
            word = words[index]
            if word.startswith("-") and index + 1 < len(words):
                self.values[word[1:].lower()] = words[index + 1]
                index += 2
                continue
            plain.append(word)
            index += 1
        for parameter, value in zip(names, plain, strict=False):
            self.values[parameter] = value
        self._run(start, end, depth + 1)
        self.values = before

    def _parameter_names(self, start: int, end: int) -> list[str]:
        for at in range(start, min(start + 20, end)):
            if self.tokens[at].text.lower() == "param" and at + 1 in self.pairs:
                inside = self.tokens[at + 2 : self.pairs[at + 1]]
                matches = (_ASSIGNED.fullmatch(t.text) for t in inside)
                return [match[1].lower() for match in matches if match]
        # `function Name($a, $b) {`: the parameters precede the body.
        names: list[str] = []
        for at in range(start - 2, max(start - 40, -1), -1):
            text = self.tokens[at].text
            if text.lower() == "function":
                break
            if match := _ASSIGNED.fullmatch(text):
                names.append(match[1].lower())
        return names[::-1]
