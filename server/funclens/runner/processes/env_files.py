"""Environment variables of a unit's worker: the runner's, and env files.

Sources in order; later ones override earlier ones:

.env, .env.yaml, .env.yml, .env.local      in the unit's folder
the environment that the runner was started with
the files of `--env-file` and of the setting `env-file`
.secret.local                              in the unit's folder

`.yaml`, `.yml` and `.json` files contain one flat table, as for gcloud's option
`--env-vars-file`; all others are dotenv files.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

from funclens.errors import SettingsError
from funclens.nesting import nesting
from funclens.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["environment_files", "read_environment", "read_file"]

WEAK = (".env", ".env.yaml", ".env.yml", ".env.local")
"""Files of the unit that the runner's own environment overrides."""

SECRET = ".secret.local"  # noqa: S105 - the name of a file
"""Values that Secret Manager provides in production."""

_LARGEST = 1_000_000
"""Maximum size of an env file in bytes."""

_MOST_TEXT = 10_000_000
"""Maximum total length of all values after expansion."""

_DEEPEST = 20
"""Maximum nesting; an env file contains one flat table."""

_BLANKS = re.compile(r"[^\S\r\n]{500}")
"""Long blanks, which take the dotenv parser quadratic time."""


def environment_files(root: str, folder: str, named: Iterable[str]) -> list[str]:
    """Return the absolute paths of all files that affect the environment.

    `named` are paths from the setting or option, relative to the unit's folder if the
    file exists there, else to the workspace folder.
    """
    own = [os.path.join(root, name) for name in (*WEAK, SECRET)]
    return own + [_find(root, folder, name) for name in named]


def read_environment(
    root: str, folder: str, named: Iterable[str], base: Mapping[str, str]
) -> dict[str, str]:
    """Return the environment of the unit in the folder `root`.

    Raises SettingsError for a named file that is missing, and for any file that
    can't be parsed in the format of its extension.
    """
    values: dict[str, str] = {}
    for name in WEAK:
        values |= _read_if_there(os.path.join(root, name))
    values |= base
    for name in named:
        values |= read_file(_find(root, folder, name))
    return values | _read_if_there(os.path.join(root, SECRET))


def read_file(path: str) -> dict[str, str]:
    """Return the variables of one file. Raises SettingsError if it can't be read."""
    text = _text_of(path)
    if path.endswith((".yaml", ".yml", ".json")):
        return _flat(_parse(text, path), path)
    return _dotenv(text, path)


def _text_of(path: str) -> str:
    try:
        return read_regular(path, _LARGEST).decode("utf-8-sig")
    except FileNotFoundError as error:
        raise SettingsError(f"env file not found: {path}") from error
    except OSError as error:
        raise SettingsError(f"cannot read env file {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"env file is not UTF-8: {path}: {error}") from error


def _read_if_there(path: str) -> dict[str, str]:
    """Read an optional file; a folder of that name is a virtual environment."""
    is_there = os.path.exists(path) and not os.path.isdir(path)
    return read_file(path) if is_there else {}


def _find(root: str, folder: str, name: str) -> str:
    path = os.path.expanduser(name)
    near = os.path.join(root, path)
    return near if os.path.exists(near) else os.path.join(folder, path)


def _dotenv(text: str, path: str) -> dict[str, str]:
    import io  # noqa: PLC0415 - most units have no such file

    from dotenv.main import DotEnv  # noqa: PLC0415

    if _BLANKS.search(text):
        raise SettingsError(f"env file has too many blanks in a row: {path}")
    # Filled in here: the library copies the environment for each value, and has no
    # limit for values that are twice the one before.
    known = dict(os.environ)
    found: dict[str, str] = {}
    left = _MOST_TEXT
    file = DotEnv(None, io.StringIO(text), interpolate=False, override=True)
    for name, written in file.parse():
        value = written or ""
        left -= value.count("${") * len(value) // 50
        if left > 0:
            value = _filled(value, known)
        left -= len(value)
        if left < 0:
            raise SettingsError(f"env file expands to too much text: {path}")
        found[name] = known[name] = value
    return found


def _filled(value: str, known: Mapping[str, str]) -> str:
    if "${" not in value:
        return value
    from dotenv.variables import parse_variables  # noqa: PLC0415

    return "".join(atom.resolve(known) for atom in parse_variables(value))


def _parse(text: str, path: str) -> Any:
    if path.endswith(".json"):
        try:
            return json.loads(text)
        except ValueError as error:
            raise SettingsError(f"env file is not JSON: {path}: {error}") from error
        except RecursionError as error:
            raise SettingsError(f"env file is nested too deeply: {path}") from error
    if nesting(text) > _DEEPEST:
        raise SettingsError(f"env file is nested too deeply: {path}")
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    # The base constructor keeps scalars as written: `no` stays "no".
    try:
        return YAML(typ="base", pure=True).load(text)
    except (YAMLError, ValueError, TypeError) as error:
        # The library's message quotes the line, which may hold a secret.
        mark = getattr(error, "problem_mark", None)
        line = "" if mark is None else f", line {mark.line + 1}"
        raise SettingsError(f"env file is not YAML: {path}{line}") from error
    except RecursionError as error:
        raise SettingsError(f"env file is nested too deeply: {path}") from error


def _flat(value: Any, path: str) -> dict[str, str]:
    if value is None or value == "":
        return {}
    if not isinstance(value, dict) or any(
        isinstance(item, (dict, list)) for item in value.values()
    ):
        raise SettingsError(
            "env file must contain one flat table of names and values, like a file for "
            f"gcloud's --env-vars-file: {path}"
        )
    return {str(name): _text(item) for name, item in value.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
