"""Which files can say how functions are deployed, and who reads them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.nearby import NearbyFiles
from funclens.discovery.files.encoding import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from funclens.discovery.deploy.deployment import Deployment

__all__ = [
    "is_deploy_file",
    "mentions_deployment",
    "module_deploys",
    "read_deployments",
]

_SHELL = re.compile(
    r".*\.(?:sh|bash|zsh|fish|ksh|command|bat|cmd|ps1|md|mdx|mk|make|markdown|rst|adoc)"
    r"|(?:GNU)?[Mm]akefile(?:\..*)?|\.?[Jj]ustfile|Procfile(?:\..*)?|README(?:\.txt)?"
    r"|(?:Docker|Container)file(?:\..*)?|.*\.[dD]ockerfile|[\w.-]*deploy[\w-]*(?:\.txt)?"
    r"|(?:.*\.)?[Jj]enkinsfile(?:\..*)?|.*\.groovy|Earthfile"
    r"|(?:package|tasks|launch)\.json"
)
_MAKE = re.compile(r"(?:GNU)?[Mm]akefile(?:\..*)?|.*\.(?:mk|make)")
_DOCKER = re.compile(r"(?:Docker|Container)file(?:\..*)?|.*\.[dD]ockerfile")
_PROSE = re.compile(r".*\.(?:md|mdx|markdown|rst|adoc)|README(?:\.txt)?")
_WORDS = re.compile(
    rb"gcloud[^\n]{0,40}(?:functions|run)|functions-framework|FUNCTION_TARGET"
    rb"|deploy-cloud-functions"
    rb"|[\"']functions[\"'],?\s*[\"']deploy|-\s*functions\s+-\s*deploy|name:\s*google\b"
)


def is_deploy_file(name: str) -> bool:
    """Say whether a file of that name may deploy functions."""
    return name.endswith((".yaml", ".yml")) or _SHELL.fullmatch(name) is not None


def mentions_deployment(data: bytes) -> bool:
    """Say whether the bytes of a deploy file speak of functions at all."""
    return _WORDS.search(data) is not None


def module_deploys(data: bytes) -> bool:
    """Say whether a Python module may deploy functions, or speak of it.

    Asked of every module: searches for fixed bytes alone until one is found.
    """
    return (b"gcloud" in data or b"--target" in data) and mentions_deployment(data)


def read_deployments(
    path: str, data: bytes, nearby: NearbyFiles | None = None
) -> tuple[Deployment, ...]:
    """Return the Python functions that a deploy file names.

    `nearby` reads what the file refers to; without it that stays unknown.
    """
    nearby = nearby or NearbyFiles(os.path.dirname(path), lambda _: None)
    text, _ = decode(data)
    reader = _reader(os.path.basename(path))
    found = (item for item in reader(path, text, nearby) if item.is_python)
    return tuple(dict.fromkeys(item for item in found if item.entry_point or item.name))


def _reader(name: str) -> Callable[[str, str, NearbyFiles], Iterator[Deployment]]:
    # Imported when one is met: most folders have few of them.
    if name.endswith((".yaml", ".yml")):
        from funclens.discovery.deploy.yaml import deployments_in_yaml  # noqa: PLC0415

        return deployments_in_yaml
    if name.endswith(".py"):
        from funclens.discovery.deploy.python import deployments_in_python  # noqa: PLC0415

        return deployments_in_python
    if _MAKE.fullmatch(name):
        from funclens.discovery.deploy.make import deployments_in_make  # noqa: PLC0415

        return deployments_in_make
    if _DOCKER.fullmatch(name):
        from funclens.discovery.deploy.docker import deployments_in_dockerfile  # noqa: PLC0415

        return deployments_in_dockerfile
    if _PROSE.fullmatch(name):
        from funclens.discovery.deploy.prose import deployments_in_prose  # noqa: PLC0415

        return deployments_in_prose
    from funclens.discovery.deploy.shell import deployments_in_shell  # noqa: PLC0415

    return deployments_in_shell
