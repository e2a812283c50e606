"""Every setting of Funclens, in one table, and the one parser for all sources.

A setting is known by its key in `[tool.funclens]` of pyproject.toml
(`allow-host`) and by the camelCase form of it in an editor (`funclens.allowHost`).
Command line flags win over the editor, the editor over pyproject.toml. A value
that cannot be used is left out and complained about; it never stops the rest.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from funclens.errors import SettingsError

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib  # type: ignore[no-redef,unused-ignore]

__all__ = ["TABLE", "Parsed", "Setting", "Settings", "from_pyproject", "merge", "parse"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Values in force. Field names are the keys with `-` written as `_`."""

    host: str = "127.0.0.1"
    port: int = 8080
    allow_host: tuple[str, ...] = ()
    python: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    endpoints: Mapping[str, str] = field(default_factory=dict)
    reload: bool = True
    code_lens: bool = True


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table."""

    key: str
    """As in pyproject.toml, kebab-case."""
    kind: type
    """`str`, `int`, `bool`, `tuple` (of strings) or `dict` (string to string)."""
    scope: str
    """`folder`: may differ between workspace folders; `window`: one for all."""
    description: str
    """One paragraph for docs/settings.md and the settings page of the editor."""
    minimum: int | None = None
    maximum: int | None = None

    @property
    def field_name(self) -> str:
        """The attribute of Settings."""
        return self.key.replace("-", "_")

    @property
    def editor_key(self) -> str:
        """The key in an editor, without the prefix `funclens.`."""
        return re.sub(r"-(\w)", lambda match: match[1].upper(), self.key)

    @property
    def default(self) -> Any:
        """The value in force when nobody sets one."""
        return getattr(Settings(), self.field_name)


TABLE = (
    Setting(
        "host",
        str,
        "window",
        "Address that the runner listens on. Anything but a loopback address lets "
        "other machines call your functions.",
    ),
    Setting(
        "port",
        int,
        "window",
        "Port of the runner. When it is taken, the next free one is used and shown.",
        minimum=0,
        maximum=65535,
    ),
    Setting(
        "allow-host",
        tuple,
        "window",
        "Host names, besides the local ones, that requests may carry in their Host "
        "header: the name of a tunnel or of another container.",
    ),
    Setting(
        "python",
        str,
        "folder",
        "Interpreter that runs the functions: a path, absolute or from the "
        "workspace folder. Empty: the unit's own .venv, then the workspace's.",
    ),
    Setting(
        "include",
        tuple,
        "folder",
        "Patterns in .gitignore syntax of files to read although they are ignored.",
    ),
    Setting(
        "exclude",
        tuple,
        "folder",
        "Patterns in .gitignore syntax of files and folders that hold no functions.",
    ),
    Setting(
        "endpoints",
        dict,
        "folder",
        "Endpoint of a function by its qualified name, when it is deployed under "
        'another name: { "billing.main.charge" = "billing-charge" }.',
    ),
    Setting(
        "reload",
        bool,
        "window",
        "Serve the new code after a save, without a restart.",
    ),
    Setting(
        "code-lens",
        bool,
        "window",
        "Show `Run locally | Debug` above each function.",
    ),
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What could be used of a mapping, and sentences about the rest."""

    values: Mapping[str, Any]
    """Field names of Settings to checked values."""
    complaints: tuple[str, ...] = ()


def parse(mapping: Mapping[str, Any], *, source: str) -> Parsed:
    """Check the settings of one source.

    `mapping` uses the keys of pyproject.toml or of the editor; `source` names it
    in complaints, such as `pyproject.toml`. Never raises.
    """
    rows = {name: row for row in TABLE for name in (row.key, row.editor_key)}
    values: dict[str, Any] = {}
    complaints: list[str] = []
    for key, value in mapping.items():
        row = rows.get(key)
        if row is None:
            near = difflib.get_close_matches(key, rows, n=1)
            advice = f" Did you mean `{near[0]}`?" if near else ""
            complaints.append(f"{source}: unknown setting `{key}`.{advice}")
            continue
        if value is None:
            continue
        checked = _checked(row, value)
        if isinstance(checked, _Wrong):
            complaints.append(f"{source}: `{key}` must be {checked.wanted}: {value!r}")
        else:
            values[row.field_name] = checked
    return Parsed(values, tuple(complaints))


def merge(*sources: Parsed) -> Settings:
    """Return the settings in force; later sources win over earlier ones."""
    result = Settings()
    for parsed in sources:
        result = replace(result, **parsed.values)
    return result


def from_pyproject(folder: Path) -> Parsed:
    """Read `[tool.funclens]` of a workspace folder.

    A missing file or table gives no values and no complaints; a file that
    cannot be read or parsed gives a complaint with the line.
    """
    path = folder / "pyproject.toml"
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Parsed({})
    except (OSError, UnicodeDecodeError) as error:
        return Parsed({}, (f"pyproject.toml cannot be read: {error}",))
    try:
        table = tomllib.loads(text).get("tool", {}).get("funclens", {})
    except tomllib.TOMLDecodeError as error:
        return Parsed({}, (f"pyproject.toml is not valid TOML: {error}",))
    if not isinstance(table, Mapping):
        return Parsed({}, ("pyproject.toml: `tool.funclens` must be a table.",))
    return parse(table, source="pyproject.toml [tool.funclens]")


def raise_complaints(parsed: Parsed) -> None:
    """Raise SettingsError with every complaint, when there are any."""
    if parsed.complaints:
        raise SettingsError("\n".join(parsed.complaints))


@dataclass(frozen=True, slots=True)
class _Wrong:
    wanted: str


def _checked(row: Setting, value: Any) -> Any:
    if row.kind is bool:
        return value if isinstance(value, bool) else _Wrong("true or false")
    if row.kind is int:
        low, high = row.minimum, row.maximum
        fits = isinstance(value, int) and not isinstance(value, bool)
        if not fits or not (low or 0) <= value <= (high or value):
            return _Wrong(f"a whole number from {low} to {high}")
        return value
    if row.kind is tuple:
        if isinstance(value, (list, tuple)) and all(isinstance(x, str) for x in value):
            return tuple(value)
        return _Wrong("a list of strings")
    if row.kind is dict:
        if isinstance(value, Mapping) and all(
            isinstance(x, str) for pair in value.items() for x in pair
        ):
            return dict(value)
        return _Wrong("a table of strings")
    return value if isinstance(value, str) else _Wrong("a string")


assert {row.field_name for row in TABLE} == {f.name for f in fields(Settings)}  # noqa: S101
