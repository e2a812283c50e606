"""Whether a module may hold functions at all: bytes in, yes or no out.

This is asked of every module of a workspace, so it is made of searches that cost
little; what it lets through is parsed and judged by `evidence`.
"""

from __future__ import annotations

import os
import re

from funclens.index.surroundings import SOURCE_NAME, is_test_file

__all__ = ["imports_framework", "is_relevant"]

_FRAMEWORKS = (b"functions_framework", b"firebase_functions")
_HINTS = (b"req", b"context", b"ctx", b"loudEvent", b"cloud_event", b"cloudevent")
_FOREIGN = re.compile(
    rb"^[ \t]*(?:from|import)[ \t]+"
    rb"(?:django|rest_framework|fastapi|pytest|sanic|tornado|pyramid|celery|wagtail|aws_lambda_powertools|chalice|azure|grpc|airflow|allauth)"
    rb"\b",
    re.MULTILINE,
)
_SHAPE = re.compile(
    rb"\n(?:async[ \t]+)?def[ \t]+[a-zA-Z]\w*\(\s*"
    rb"(?:\w*[rR]eq(?:uest)?_*\b|\w*cloud_?event\b|ce\b"
    rb"|\w+\s*:\s*['\"]?[\w.]*(?:CloudEvent|Request)\b"
    rb"|\w+\s*(?::[^,()=]*)?,\s*(?:\w*conte?xt_?|\w*ctx|cntx|_+(?:unused)?)\b)"
)


def imports_framework(data: bytes) -> bool:
    """Say whether the bytes name a functions framework at all."""
    return any(name in data for name in _FRAMEWORKS)


def is_relevant(path: str, data: bytes) -> bool:
    """Say whether a module may hold functions."""
    if os.path.basename(path) == SOURCE_NAME or imports_framework(data):
        return True
    if not any(hint in data for hint in _HINTS) or is_test_file(path):
        return False
    return (
        _SHAPE.search(b"\n" + data if data.startswith((b"def", b"async")) else data)
        is not None
        and _FOREIGN.search(data) is None
    )
