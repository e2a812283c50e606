"""What functions read of requests and events, found in their code.

Static: code is followed, never run or imported.
"""

from __future__ import annotations

from funclens.requests.reads.example import example_of, text_of
from funclens.requests.reads.follow import Passes, reads_of
from funclens.requests.reads.module_names import ReadModule, parse_module
from funclens.requests.reads.shape import (
    Coding,
    Kind,
    RequestReads,
    Shape,
    is_push_message,
)

__all__ = [
    "Coding",
    "Kind",
    "Passes",
    "ReadModule",
    "RequestReads",
    "Shape",
    "example_of",
    "is_push_message",
    "parse_module",
    "reads_of",
    "text_of",
]
