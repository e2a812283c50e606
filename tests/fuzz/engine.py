"""Runs targets on inputs of three origins: properties, growing texts, coverage.

- hypothesis makes texts of a target's words, and shrinks what fails;
- growing texts repeat a few words more and more often: what takes more than its
  share is not linear;
- atheris, where it is installed, follows the branches that inputs take.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

    from fuzz.targets import Target

__all__ = [
    "CORPUS",
    "corpus_of",
    "growing_inputs",
    "keep",
    "property_of",
    "slow_input",
]

CORPUS = Path(__file__).with_name("corpus")

_SMALL, _LARGE = 4_000, 16_000
"""Characters of a text, and of the same that has grown to four times its size."""

_NOTICEABLE = 0.02
_NOT_LINEAR = 8.0
"""How much longer four times the text may take; twice its share is noise."""

_ENDLESS = 3.0
"""Seconds after which no text of a few thousand characters may be read still."""


def encoded(text: str) -> bytes:
    """Return the bytes of a text whose lone surrogates stand for bytes."""
    return text.encode("utf-8", "surrogateescape")


def corpus_of(target: Target) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the inputs that are kept for a target."""
    for path in sorted((CORPUS / target.name).glob("*")):
        yield path.name, path.read_bytes()


def keep(target: Target, data: bytes) -> Path:
    """Write an input that found something to the corpus; return its path."""
    name = hashlib.sha256(data).hexdigest()[:12]
    path = CORPUS / target.name / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def property_of(
    target: Target, *, examples: int, start: int | None = None
) -> Callable[[], None]:
    """Return a test of the target on texts of its words; `start` makes it the same."""
    words = st.lists(st.sampled_from(target.words), max_size=60).map("".join)
    inputs = st.one_of(words.map(encoded), st.binary(max_size=200))

    def holds(data: bytes) -> None:
        target.run(data)

    checked = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=start is None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )(given(inputs)(holds))
    return checked if start is None else seed(start)(checked)


def growing_inputs(
    target: Target, source: random.Random
) -> Iterator[tuple[bytes, bytes]]:
    """Yield texts that repeat some words, each with itself four times as long."""
    while True:
        unit = "".join(source.choices(target.words, k=source.randint(1, 4)))
        before = "".join(source.choices(target.words, k=source.choice((0, 0, 1, 2))))
        after = "".join(source.choices(target.words, k=source.choice((0, 0, 1, 2))))
        times = max(1, _SMALL // max(1, len(unit)))
        yield (
            encoded(before + unit * times + after),
            encoded(before + unit * (times * (_LARGE // _SMALL)) + after),
        )


def slow_input(target: Target, small: bytes, large: bytes) -> str:
    """Return in what the target is not linear; empty when it is."""
    first = _seconds(target, small)
    if first > _ENDLESS:
        return f"{len(small)} bytes took {first:.1f} s"
    if first < _NOTICEABLE:
        return ""
    second = _seconds(target, large)
    if second > _NOT_LINEAR * first:
        return f"{len(small)} bytes took {first:.2f} s, {len(large)} {second:.2f} s"
    return ""


def _seconds(target: Target, data: bytes) -> float:
    start = time.process_time()
    target.run(data)
    return time.process_time() - start
