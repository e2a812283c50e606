"""Parse settings from pyproject.toml, editors and the command line.

An invalid value is skipped with a complaint; the other settings still apply.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from funclens.dataclass import dataclass
from funclens.regular_file import read_regular
from funclens.settings import TABLE, Setting, Settings
from funclens.suggest import closest
from funclens.toml import parse_toml

__all__ = ["Parsed", "from_pyproject", "merge", "parse"]

_LARGEST = 1_000_000
"""Maximum size of a pyproject.toml in bytes."""

_SHOWN = 200
"""Maximum length of an invalid value in a complaint."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """Valid settings of one source, and complaints about the others."""

    values: Mapping[str, Any]
    """Validated values by field name of Settings."""
    complaints: tuple[str, ...] = ()
    is_readable: bool = True
    """False if the source as a whole could not be read."""


def parse(mapping: Mapping[str, Any], *, source: str) -> Parsed:
    """Validate the settings of one source. Never raises.

    `mapping` uses the keys of pyproject.toml or of the editor; `source` names it in
    complaints, such as `pyproject.toml`.
    """
    rows = {name: row for row in TABLE for name in (row.key, row.editor_key)}
    values: dict[str, Any] = {}
    complaints: list[str] = []
    for key, value in mapping.items():
        row = rows.get(key)
        if row is None:
            near = closest(rows, key)
            advice = f" Did you mean `{near}`?" if near else ""
            complaints.append(f"{source}: unknown setting `{key}`.{advice}")
            continue
        if value is None:
            continue
        checked = _checked(row, value)
        if isinstance(checked, _Wrong):
            complaints.append(
                f"{source}: `{key}` must be {checked.wanted}, not {_shown(value)}"
            )
            continue
        if row.kind is dict and row.choices:
            wrong = {k: v for k, v in checked.items() if v not in row.choices}
            checked = {k: v for k, v in checked.items() if k not in wrong}
            complaints += [
                f"{source}: `{key}` of `{name}` must be {_wanted(row)}, "
                f"not {_shown(text)}"
                for name, text in wrong.items()
            ]
        values[row.field_name] = checked
    return Parsed(values, tuple(complaints))


def merge(*sources: Parsed) -> Settings:
    """Merge settings; later sources override earlier ones."""
    result = Settings()
    for parsed in sources:
        result = replace(result, **parsed.values)
    return result


def from_pyproject(folder: str | os.PathLike[str]) -> Parsed:
    """Read `[tool.funclens]` of a workspace folder.

    A missing file or table gives no values and no complaints; a file that can't be read
    or parsed gives a complaint.
    """
    try:
        data = read_regular(os.path.join(folder, "pyproject.toml"), _LARGEST)  # noqa: PTH118
        text = data.decode("utf-8-sig")
    except FileNotFoundError:
        return Parsed({})
    except UnicodeDecodeError as error:
        complaint = f"pyproject.toml is not valid UTF-8: {error}"
        return Parsed({}, (complaint,), is_readable=False)
    except OSError as error:
        complaint = f"pyproject.toml cannot be read: {error.strerror}"
        return Parsed({}, (complaint,), is_readable=False)
    try:
        table: Any = parse_toml(text)
    except ValueError as error:
        complaint = f"pyproject.toml is not valid TOML: {error}"
        return Parsed({}, (complaint,), is_readable=False)
    for name in ("tool", "funclens"):
        table = table.get(name, {})
        if not isinstance(table, Mapping):
            return Parsed({}, (f"pyproject.toml: `{name}` must be a table",))
    return parse(table, source="pyproject.toml [tool.funclens]")


def _shown(value: Any) -> str:
    """Return a value for a complaint, shortened if needed."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits
        text = type(value).__name__
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


@dataclass(frozen=True, slots=True)
class _Wrong:
    wanted: str


def _checked(row: Setting, value: Any) -> Any:
    """Return the value in the form of Settings, or _Wrong with what is expected."""
    if row.kind is tuple:
        fits = isinstance(value, (list, tuple))
        fits = fits and all(isinstance(item, str) for item in value)
        return tuple(value) if fits else _Wrong("a list of strings")
    if row.kind is dict:
        fits = isinstance(value, Mapping)
        fits = fits and all(isinstance(x, str) for pair in value.items() for x in pair)
        return dict(value) if fits else _Wrong("names mapped to strings")
    return value if _fits(row, value) else _Wrong(_wanted(row))


def _fits(row: Setting, value: Any) -> bool:
    if row.kind is bool:
        return isinstance(value, bool)
    if row.kind is int:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return is_number and (row.minimum or 0) <= value <= (row.maximum or value)
    fits = isinstance(value, str) and (not row.choices or value in row.choices)
    return fits and bool(value or not row.default)


def _wanted(row: Setting) -> str:
    if row.kind is bool:
        return "true or false"
    if row.kind is int:
        return f"a whole number from {row.minimum} to {row.maximum}"
    if row.choices:
        return "one of " + ", ".join(row.choices)
    return "a string that isn't empty" if row.default else "a string"
