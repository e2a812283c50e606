"""Flags of a deploy command whose program is named in another file.

Some pipelines pass what they deploy to an in-house library: a string with a name,
`--entry-point`, `--runtime` and `--source`, but without `gcloud`.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.command import deployments_of
from funclens.discovery.deploy.place import Place
from funclens.discovery.deploy.shell import folders_above
from funclens.discovery.deploy.shell.expand import resolved
from funclens.discovery.deploy.shell.state import is_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["deployments_in_fragments"]

_ENTRY = re.compile(r"--entry-point[=\s]+[\"']?[A-Za-z_]")
_FLAG = re.compile(r"(?<![\w-])--?[a-z][\w-]*")
_WORD = re.compile(r"[^\s\"'`,\[\](){}\\]+")
_MOST_LINES = 40
_MOST = 200


def deployments_in_fragments(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield a deployment for each run of flag lines with one `--entry-point`."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    bases = (*folders_above(path, nearby), os.path.dirname(path))
    after = 0
    found = 0
    for index, line in enumerate(lines):
        if index < after or not _ENTRY.search(line) or found == _MOST:
            continue
        first, last = _around(lines, index)
        after = last + 1
        found += 1
        place = Place(path, text, starts[first], starts[last + 1] - 1)
        words = [
            word if is_known(word) else None
            for word in map(_known, _WORD.findall("\n".join(lines[first : last + 1])))
        ]
        flags = next(
            (i for i, word in enumerate(words) if word and word.startswith("--")), 0
        )
        command = ["gcloud", "functions", "deploy", None, *words[flags:]]
        yield from deployments_of(command, place, tuple(dict.fromkeys(bases)))


def _around(lines: list[str], index: int) -> tuple[int, int]:
    """Return the first and last line of the run of flags around a line."""
    first = last = index
    while (
        first > 0
        and index - first < _MOST_LINES
        and _is_flags(lines[first - 1])
        and not _ENTRY.search(lines[first - 1])
    ):
        first -= 1
    while (
        last + 1 < len(lines)
        and last - index < _MOST_LINES
        and _is_flags(lines[last + 1])
        and not _ENTRY.search(lines[last + 1])
    ):
        last += 1
    return first, last


def _is_flags(line: str) -> bool:
    return _FLAG.search(line) is not None


def _known(word: str) -> str:
    return resolved(word, {})
