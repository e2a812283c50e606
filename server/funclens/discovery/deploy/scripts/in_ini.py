"""tox.ini and setup.cfg: the commands of test environments."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.shell.state import unknown
from funclens.discovery.deploy.yaml.deploy_file import File, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["deployments_in_ini"]

_SECTION = re.compile(r"\[([^\]\n]+)\]")
_KEY = re.compile(r"([\w-]+)\s*=\s*(.*)")
_REPLACED = re.compile(r"\{([^{}\s]*)\}")


def deployments_in_ini(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that tox commands deploy or serve."""
    file = File(path, text, nearby)
    folder = os.path.dirname(path)
    for section in _sections(text):
        given = {
            key.strip(): value.strip()
            for line in section.get("setenv", "").split("\n")
            for key, equals, value in [line.partition("=")]
            if equals
        }

        def value(match: re.Match[str], given: dict[str, str] = given) -> str:
            inner = match[1]
            if inner in {"toxinidir", "tox_root"}:
                return "."
            if inner.startswith("env:"):
                name, _, default = inner[4:].partition(":")
                return given.get(name, default) or unknown("value")
            if inner in {"posargs", "/"} or inner.startswith("posargs:"):
                return inner.partition(":")[2]
            return unknown("value")

        inside = _REPLACED.sub(
            value, section.get("changedir", section.get("change_dir", ""))
        )
        scope = Scope((folder,), given).within(inside, nearby)
        for key in ("commands_pre", "commands", "commands_post"):
            raw = section.get(key, "")
            yield from file.run(_REPLACED.sub(value, raw), scope, raw)


def _sections(text: str) -> Iterator[dict[str, str]]:
    section: dict[str, str] = {}
    key = ""
    for line in text.split("\n"):
        if _SECTION.match(line):
            yield section
            section, key = {}, ""
        elif line[:1] in {" ", "\t"} and key:
            section[key] += "\n" + line.strip()
        elif match := _KEY.match(line):
            key = match[1]
            section[key] = match[2]
    yield section
