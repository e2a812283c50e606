"""Code points become the units of the client's encoding, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogs import places
from funclens.features.position_encoding import count_units, find_column
from funclens.model import Span

ENCODINGS = ("utf-8", "utf-16", "utf-32")


@pytest.mark.parametrize(
    ("encoding", "expected"), [("utf-8", 9), ("utf-16", 6), ("utf-32", 5)]
)
def test_a_range_counts_the_clients_code_units(encoding, expected):
    found = places("x😀 é = 1\n", encoding).range("/main.py", Span(1, 1, 1, 6))

    assert (found.start.character, found.end.character) == (0, expected)


def test_a_column_past_the_line_means_its_end():
    found = places("ab\r\n").range("/main.py", Span(1, 1, 1, 99))

    assert found.end.character == 2


def test_a_line_that_is_not_there_is_empty():
    found = places("").range("/main.py", Span(7, 3, 7, 9))

    assert (found.start.line, found.start.character, found.end.character) == (6, 0, 0)


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_code_units_match_pythons_codecs(encoding, text):
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]

    assert (
        count_units(text, encoding)
        == len(text.encode(f"{encoding}-le".replace("8-le", "8"))) // width
    )


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(data=st.data(), line=st.text())
def test_a_column_survives_a_round_trip(encoding, data, line):
    column = data.draw(st.integers(0, len(line)))

    units = count_units(line[:column], encoding)

    assert find_column(line, units, encoding) == column


def test_an_offset_inside_a_character_means_its_start():
    assert find_column("😀x", 1, "utf-16") == 0
