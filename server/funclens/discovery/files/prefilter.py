"""Fast test of whether the bytes of a module may contain functions.

It runs on every module of a workspace, so it uses only fast byte searches. Modules
that pass are parsed and scored by `scoring.rules`.
"""

from __future__ import annotations

import re

from funclens.discovery.scoring.project_context import SOURCE_NAME, is_test_file

__all__ = ["is_relevant", "names_functions"]

_HEAD = rb"def[ \t]+[a-zA-Z]\w*\(([^)]{1,100})"
_HEADS = re.compile(rb"\n" + _HEAD)
_ASYNC_HEADS = re.compile(rb"\nasync[ \t]+" + _HEAD)
"""A separate pattern, because each then starts with a literal prefix, which is fast."""

_SHAPE = re.compile(
    rb"^\s*\w*(?:[rR]eq(?:uest)?_*|cloud_?event)\b|^\s*ce\b"
    rb"|^\s*\w+\s*:[^,=\n]*(?:CloudEvent|Request)\b"
    rb"|^\s*\w+\s*(?::[^,()=\n]*)?,\s*(?:\w*conte?xt_?|\w*ctx|cntx|_+(?:unused)?|_*unused\w*)\b",
    re.MULTILINE,
)
"""Parameters of a function: a request, an event and its context, or a CloudEvent."""

_FOREIGN = re.compile(
    rb"^[ \t]*(?:from|import)[ \t]+"
    rb"(?:django|rest_framework|fastapi|pytest|sanic|tornado|pyramid|celery|wagtail"
    rb"|aws_lambda_powertools|chalice|azure\.functions|allauth)\b",
    re.MULTILINE,
)
"""Frameworks whose handlers look like Cloud Functions but aren't."""


def names_functions(data: bytes) -> bool:
    """Return whether the bytes mention a functions framework or a deployment."""
    return b"function" in data


def is_relevant(name: str, data: bytes, *, names_functions: bool) -> bool:
    """Return whether a module may contain functions; `name` is its file name."""
    if name == SOURCE_NAME:
        return True
    if names_functions and (
        b"functions_framework" in data or b"firebase_functions" in data
    ):
        return True
    if is_test_file(name):
        return False
    heads: list[bytes] = _HEADS.findall(data)
    heads += _ASYNC_HEADS.findall(data)
    if data.startswith((b"def", b"async")):
        heads.append(data[:200].partition(b"(")[2])
    if not heads:
        return False
    joined = b"\n".join(heads)
    return (
        # Unrolled: a loop would cost more than all the searches.
        (
            b"req" in joined
            or b"ontext" in joined
            or b"ctx" in joined
            or b"Req" in joined
            or b"loudEvent" in joined
            or b"oudevent" in joined
            or b"oud_event" in joined
        )
        and _SHAPE.search(joined) is not None
        and _FOREIGN.search(data) is None
    )
