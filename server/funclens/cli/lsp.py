"""`funclens lsp`: the language server, for editors."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys

__all__ = ["add_arguments", "execute"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options of the verb."""
    parser.add_argument(
        "--stdio",
        action="store_true",
        help="use standard input and output (the default, and the only transport)",
    )
    parser.add_argument("--clientProcessId", help=argparse.SUPPRESS)


def execute(_arguments: argparse.Namespace) -> int:
    """Serve one editor; return 0 when it left in order, 1 when it was gone.

    The protocol gets descriptors of its own. What anything prints goes to the log
    on standard error, and no child inherits the editor's input.
    """
    # An edit makes thousands of values and no cycles: look for garbage less often.
    gc.set_threshold(20_000, 20, 20)
    from funclens.lsp.error_handling import hide_reported  # noqa: PLC0415 - slow to import
    from funclens.lsp.language_server import serve  # noqa: PLC0415

    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(hide_reported)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("pygls").setLevel(logging.WARNING)
    stdin, stdout = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    with os.fdopen(stdin, "rb") as reader, os.fdopen(stdout, "wb") as writer:
        return serve(reader, writer)
