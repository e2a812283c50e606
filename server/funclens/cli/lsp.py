"""`funclens lsp`: run the language server."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys

from funclens.printable import printable

__all__ = ["add_arguments", "execute"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "--stdio",
        action="store_true",
        help="use standard input and output (the default, and the only transport)",
    )
    parser.add_argument("--clientProcessId", help=argparse.SUPPRESS)


def execute(_arguments: argparse.Namespace) -> int:
    """Serve one editor; return 0 if it shut down properly, 1 if it disappeared.

    The protocol gets duplicated descriptors. Anything printed goes to standard error,
    and child processes don't inherit the editor's input.
    """
    # Edits create thousands of values without cycles: collect garbage less often.
    gc.set_threshold(20_000, 20, 20)
    from funclens.lsp.error_handling import hide_reported  # noqa: PLC0415 - slow to import
    from funclens.lsp.language_server import serve  # noqa: PLC0415

    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(hide_reported)
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("pygls").setLevel(logging.WARNING)
    stdin, stdout = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    with os.fdopen(stdin, "rb") as reader, os.fdopen(stdout, "wb") as writer:
        return serve(reader, writer)


class _Formatter(logging.Formatter):
    """Escapes what would act where the log is shown; tracebacks keep their lines."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record), lines=True)
