"""Every setting of Funclens, in one table, and the one parser for all sources.

A setting is known by its key in `[tool.funclens]` of pyproject.toml
(`allow-host`) and by the camelCase form of it in an editor (`funclens.allowHost`).
Command line flags win over the editor, the editor over pyproject.toml. A value
that cannot be used is left out and complained about; it never stops the rest.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from funclens.regular_file import read_regular
from funclens.toml import parse_toml

__all__ = ["TABLE", "Parsed", "Setting", "Settings", "from_pyproject", "merge", "parse"]

_LARGEST = 1_000_000
"""Bytes of a pyproject.toml that are read."""

_SHOWN = 200
"""Characters of a wrong value that a complaint quotes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Values in force. Field names are the keys with `-` written as `_`."""

    host: str = "127.0.0.1"
    port: int = 8080
    allow_host: tuple[str, ...] = ()
    allow_origin: tuple[str, ...] = ()
    python: str = ""
    env_file: tuple[str, ...] = ()
    isolation: str = "unit"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    endpoints: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    severity: Mapping[str, str] = field(default_factory=dict)
    reload: bool = True
    body_limit: int = 32
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
    """One paragraph for the settings page of the docs and of the editor."""
    example: Mapping[str, str] | None = None
    """A value, shown as TOML in the docs and as JSON in the editor."""
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    """The values of a string, or in a table; empty when any will do."""

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
        "Address the runner listens on. Any address other than a loopback address lets "
        "other machines call your functions.",
    ),
    Setting(
        "port",
        int,
        "window",
        "Port of the runner. If it is in use, the next free port is used.",
        minimum=0,
        maximum=65535,
    ),
    Setting(
        "allow-host",
        tuple,
        "window",
        "Additional host names to accept in the Host header, for example the name of a "
        "tunnel or of another container.",
    ),
    Setting(
        "allow-origin",
        tuple,
        "window",
        "Web pages that may call your functions from a browser, by their origin: "
        "`https://app.example.com`, or `*` for every page. Pages on this machine may "
        "always.",
    ),
    Setting(
        "python",
        str,
        "folder",
        "Python interpreter that runs the functions: an absolute path, or a path "
        "relative to the workspace folder. If empty, Funclens uses the unit's `.venv`, "
        "then the workspace's.",
    ),
    Setting(
        "env-file",
        tuple,
        "folder",
        "Files with environment variables for the functions: dotenv files, or flat "
        "YAML or JSON files. Paths are relative to the unit's folder, then to the "
        "workspace folder. They override the runner's environment.",
    ),
    Setting(
        "isolation",
        str,
        "folder",
        "What gets its own process: each `unit`, or each `function`, for code that "
        "reads FUNCTION_TARGET or K_SERVICE.",
        choices=("unit", "function"),
    ),
    Setting(
        "include",
        tuple,
        "folder",
        "Files to search even if they are ignored, as patterns in .gitignore syntax.",
    ),
    Setting(
        "exclude",
        tuple,
        "folder",
        "Files and folders to leave out, as patterns in .gitignore syntax.",
    ),
    Setting(
        "endpoints",
        dict,
        "folder",
        "Endpoint names by qualified name, for functions that are deployed under "
        "another name.",
        example={"billing.main.charge": "billing-charge"},
    ),
    Setting(
        "functions",
        dict,
        "folder",
        "Signature types by qualified name, where discovery is wrong: `http`, "
        "`cloudevent`, `event`, `typed`, or `none` if it is not a Cloud Function.",
        example={"billing.main.render": "none"},
        choices=("http", "cloudevent", "event", "typed", "none"),
    ),
    Setting(
        "severity",
        dict,
        "folder",
        "Severities by problem code: `error`, `warning`, `information`, `hint` or "
        "`off`.",
        example={"returns-none": "off"},
        choices=("error", "warning", "information", "hint", "off"),
    ),
    Setting(
        "reload",
        bool,
        "window",
        "Hot reload: restart the workers that import a file when it is saved.",
    ),
    Setting(
        "body-limit",
        int,
        "window",
        "Maximum size of a request body in MiB. Larger requests get a 413 response, as "
        "in production above 32 MiB. 0: no limit.",
        minimum=0,
        maximum=65536,
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
    is_readable: bool = True
    """False when the source as a whole could not be read: nothing is known of it."""


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
            import difflib  # noqa: PLC0415 - only after a mistake

            near = difflib.get_close_matches(key, rows, n=1)
            advice = f" Did you mean `{near[0]}`?" if near else ""
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
    """Return the settings in force; later sources win over earlier ones."""
    result = Settings()
    for parsed in sources:
        result = replace(result, **parsed.values)
    return result


def from_pyproject(folder: str | os.PathLike[str]) -> Parsed:
    """Read `[tool.funclens]` of a workspace folder.

    A missing file or table gives no values and no complaints; a file that
    cannot be read or parsed gives a complaint with the line.
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
    """Return a value as a complaint quotes it, however large it is."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits
        text = type(value).__name__
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


@dataclass(frozen=True, slots=True)
class _Wrong:
    wanted: str


def _checked(row: Setting, value: Any) -> Any:
    """Return the value as Settings holds it, or _Wrong with what is wanted."""
    if row.kind is tuple:
        fits = isinstance(value, (list, tuple))
        fits = fits and all(isinstance(item, str) for item in value)
        return tuple(value) if fits else _Wrong("a list of strings")
    if row.kind is dict:
        fits = isinstance(value, Mapping)
        fits = fits and all(isinstance(x, str) for pair in value.items() for x in pair)
        return dict(value) if fits else _Wrong("a table of strings")
    return value if _fits(row, value) else _Wrong(_wanted(row))


def _fits(row: Setting, value: Any) -> bool:
    if row.kind is bool:
        return isinstance(value, bool)
    if row.kind is int:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return is_number and (row.minimum or 0) <= value <= (row.maximum or value)
    return isinstance(value, str) and (not row.choices or value in row.choices)


def _wanted(row: Setting) -> str:
    if row.kind is bool:
        return "true or false"
    if row.kind is int:
        return f"a whole number from {row.minimum} to {row.maximum}"
    return "one of " + ", ".join(row.choices) if row.choices else "a string"


assert {row.field_name for row in TABLE} == {f.name for f in fields(Settings)}  # noqa: S101
