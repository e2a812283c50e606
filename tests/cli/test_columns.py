"""Rows in columns, and below each other where the terminal is too narrow."""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from funclens.cli.columns import text_table

ROWS = [("charge", "/charge"), ("health", "/billing.main.health")]
HEADERS = ("endpoint", "route")
SHOP = Path(__file__).parents[2] / "examples" / "shop" / "webhooks"


@pytest.mark.parametrize("columns", [None, 32, 80])
def test_a_table_that_fits_is_printed_in_columns(columns: int | None) -> None:
    assert text_table(ROWS, HEADERS, columns) == [
        "endpoint    route",
        "charge      /charge",
        "health      /billing.main.health",
    ]


def test_a_table_that_does_not_fit_is_printed_as_blocks() -> None:
    assert text_table(ROWS, HEADERS, 31) == [
        "charge",
        "  route: /charge",
        "",
        "health",
        "  route: /billing.main.health",
    ]


def test_list_fits_a_narrow_terminal() -> None:
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    command = [sys.executable, "-m", "funclens", "list", str(SHOP)]
    subprocess.run(command, stdout=theirs, check=True, timeout=60)
    os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        lines = terminal.read(65_536).decode().splitlines()

    rows = lines[: lines.index("3 functions in 1 unit")]
    assert "  route: /payment_webhook" in rows
    assert max(map(len, rows)) <= 40
