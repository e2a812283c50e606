"""Sources that a script copies to a folder or archive before deploying them."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.discovery.deploy.gcloud import source_word
from funclens.discovery.deploy.shell.state import Copy, is_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles
    from funclens.discovery.deploy.shell.state import State

__all__ = ["copy_of", "staged_source"]

_COPY = frozenset({"cp", "rsync", "install", "ln", "mv", "Copy-Item", "copy", "xcopy"})
_VALUE_FLAGS = frozenset(
    {"--exclude", "-x", "--include", "-m", "-t", "--target-directory", "-f", "-o", "-i"}
)
_DEEPEST = 4


def copy_of(
    program: str, words: list[str], state: State, _nearby: NearbyFiles
) -> Copy | None:
    """Return what a command copies, packs or links, or None."""
    if program in {"gsutil", "gcloud"}:
        return _uploaded(words, state)
    if program in _COPY:
        plain = _plain(words[1:])
        target = next(
            (
                words[index + 1]
                for index, word in enumerate(words[:-1])
                if word in {"-t", "--target-directory"}
            ),
            None,
        )
        if target is None and len(plain) > 1:
            target = plain.pop()
        if target is None:
            return None
        return Copy(
            tuple(state.absolute(item) for item in plain), state.absolute(target)
        )
    if program == "zip":
        plain = _plain(words[1:])
        if len(plain) > 1:
            sources = tuple(state.absolute(item) for item in plain[1:])
            target = plain[0] if plain[0].endswith(".zip") else plain[0] + ".zip"
            return Copy(sources, state.absolute(target))
    return None


def _uploaded(words: list[str], state: State) -> Copy | None:
    plain = _plain(words[1:])
    if plain[:1] == ["storage"]:
        plain = plain[1:]
    if plain[:1] in (["cp"], ["rsync"], ["mv"]) and len(plain) == 3:
        source, target = plain[1:]
        if target.startswith("gs://") and target.endswith("/"):
            target += os.path.basename(source)
        return Copy((state.absolute(source),), state.absolute(target))
    return None


def _plain(words: list[str]) -> list[str]:
    """Return the words that are neither flags nor values of flags."""
    found: list[str] = []
    skips = False
    for word in words:
        if skips:
            skips = False
        elif word.startswith("-"):
            skips = word in _VALUE_FLAGS
        else:
            found.append(word)
    return found


def staged_source(
    deployment: Deployment, words: list[str], state: State, nearby: NearbyFiles
) -> Deployment:
    """Return the deployment with the source that the script copied into place."""
    if not state.copies:
        return deployment
    word = source_word(words)
    named = state.absolute("." if word is None else word)
    main = deployment.source or "main.py"
    if any(nearby.is_file(os.path.join(f, word or ".", main)) for f in state.folders):
        return deployment
    copied = tuple(dict.fromkeys(_gathered(named, state.copies, _DEEPEST)))
    if not copied:
        return deployment
    deployment = replace(
        deployment, copied=tuple(path for path, _ in copied if is_known(path))
    )
    for path, target in copied:
        source = _source_in(path, target, main, nearby)
        if source is not None:
            folder, name = os.path.split(source)
            return replace(
                deployment, folder=folder, source=None if name == "main.py" else name
            )
    return deployment


def _gathered(
    named: str, copies: tuple[Copy, ...], depth: int
) -> Iterator[tuple[str, str]]:
    """Yield what was copied to a place, and its target, the last copy first."""
    for copy in reversed(copies):
        if not _leads_to(copy.target, named):
            continue
        for source in copy.sources:
            earlier = list(_gathered(source, copies, depth - 1)) if depth else []
            yield from earlier or [(source, copy.target)]


def _leads_to(target: str, named: str) -> bool:
    if target == named or os.path.dirname(target) == named:
        return True
    # `gs://bucket/x.zip`, or another spelling of an archive's location.
    return target.endswith(".zip") and os.path.basename(target) == os.path.basename(
        named
    )


def _source_in(path: str, target: str, main: str, nearby: NearbyFiles) -> str | None:
    """Return the file that becomes `main` when a path is copied to a target."""
    if not is_known(path):
        return None
    pattern = os.path.basename(path)
    if pattern in {"*", "*.py", ".", "**"}:
        path = os.path.dirname(path)
    if nearby.is_file(os.path.join(path, main)):
        return os.path.join(path, main)
    renamed = os.path.basename(target) == main and path.endswith(".py")
    if nearby.is_file(path) and (pattern == main or renamed):
        return path
    return None
