"""Env files of other people: read as python-dotenv would, but never without end."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from funclens.errors import SettingsError
from funclens.runner.processes.env_files import read_environment, read_file

BOMB = "A=xxxxxxxxxx\n" + "A=${A}${A}\n" * 60
HOSTILE = {
    "values that double": ("x.env", BOMB),
    "braces that do not end": ("x.env", "A=" + "${" * 100_000),
    "a line of blanks": ("x.env", "A=b" + " " * 100_000 + "b"),
    "a large file": ("x.env", "A=b\n" * 400_000),
    "bytes that are no text": ("x.env", b"A=\xff"),
    "YAML: aliases that double": (
        "x.yaml",
        "a0: &a0 [x]\n"
        + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40)),
    ),
    "YAML: a cycle": ("x.yaml", "a: &a [*a]"),
    "YAML: nested deeply": ("x.yaml", "a: " + "[" * 50_000),
    "YAML: a flow that does not end": ("x.yaml", "&a" + "{{" * 2_000),
    "JSON: nested deeply": ("x.json", "[" * 100_000),
    "JSON: a number of many digits": ("x.json", '{"a": ' + "1" * 10_000 + "}"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_env_file_is_a_clear_error(tmp_path: Path, name: str) -> None:
    file, content = HOSTILE[name]
    data = content if isinstance(content, bytes) else content.encode()
    (tmp_path / file).write_bytes(data)

    with pytest.raises(SettingsError, match=file):
        read_file(str(tmp_path / file))


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_an_env_file_that_is_not_a_file_is_an_error(
    tmp_path: Path, make: object
) -> None:
    path = str(tmp_path / "named.env")
    make(path)  # type: ignore[operator]

    with pytest.raises(SettingsError, match="not a regular file"):
        read_environment(str(tmp_path), str(tmp_path), ["named.env"], {})


@pytest.mark.parametrize("name", [".env", ".env.yaml", ".secret.local"])
def test_a_pipe_as_env_file_is_an_error_without_waiting(
    tmp_path: Path, name: str
) -> None:
    os.mkfifo(tmp_path / name)

    with pytest.raises(SettingsError, match="not a regular file"):
        read_environment(str(tmp_path), str(tmp_path), [], {"A": "1"})


LINES = st.sampled_from(
    [
        "A=1",
        "B=${A}",
        "A=${A}2",
        "C=${B:-none}",
        "D='${A}'",
        'E="x ${C} y"',
        "export F=$A",
        "G",
        "H=${G:-g}",
        "=",
        "I=${HOME}",
        "J=a # b",
        "K='",
    ]
)


@given(st.lists(LINES))
def test_variables_are_expanded_as_by_the_library(lines: list[str]) -> None:
    text = "\n".join(lines)
    expected = dotenv_values(stream=io.StringIO(text))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, ".env")
        path.write_text(text, "utf-8")
        found = read_file(str(path))

    assert found == {name: value or "" for name, value in expected.items()}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("x.yaml", "KEY: 's3cret' more: [\n"),
        ("x.yaml", "KEY: *s3cret\n"),
        ("x.yaml", "KEY:\n- s3cret\n"),
        ("x.json", '{"KEY": "s3cret" more}'),
        ("x.json", '{"KEY": ["s3cret"]}'),
        ("x.env", b"KEY=s3cret\xff"),
    ],
)
def test_an_error_of_an_env_file_shows_no_value(tmp_path: Path, file, text) -> None:
    """It is part of responses and of the page."""
    data = text if isinstance(text, bytes) else text.encode()
    (tmp_path / file).write_bytes(data)

    with pytest.raises(SettingsError) as raised:
        read_file(str(tmp_path / file))

    assert "s3cret" not in str(raised.value)
