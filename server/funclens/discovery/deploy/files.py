"""Which files may deploy functions, and which module reads each kind."""

from __future__ import annotations

import importlib
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

_MAKE = r"(?:GNU)?[Mm]akefile(?:\..*)?|.*\.(?:mk|make)"
_DOCKER = r"(?:Docker|Container)file(?:\..*)?|.*\.[dD]ockerfile"
_PROSE = (
    r".*\.(?:md|mdx|markdown|rst|adoc)|(?i:readme)"
    r"|(?!.*(?:requirement|constraint)).*\.txt"
)
_JSON = (
    r"package\.json|tasks\.json|launch\.json|.*\.code-workspace"
    r"|.*cloud-?build.*\.json"
)
_SHELL = (
    r".*\.(?:sh|bash|zsh|fish|ksh|command)|Procfile(?:\..*)?|Earthfile"
    r"|(?i:[\w-]*(?:deploy|release|publish|run|start|serve)[\w-]*)"
)
_READERS = (
    (
        re.compile(r"Pulumi\.ya?ml|cdktf\.json"),
        "programs.program_files",
        "deployments_in_project",
    ),
    (re.compile(r".*\.ya?ml"), "yaml", "deployments_in_yaml"),
    (re.compile(r".*\.py"), "scripts.python", "deployments_in_python"),
    (re.compile(_MAKE), "scripts.make", "deployments_in_make"),
    (re.compile(_DOCKER), "scripts.docker", "deployments_in_dockerfile"),
    (re.compile(_JSON), "scripts.in_json", "deployments_in_json"),
    (
        re.compile(r"(?:pyproject|project|pixi|hatch)\.toml"),
        "scripts.in_toml",
        "deployments_in_toml",
    ),
    (re.compile(r"tox\.ini|setup\.cfg"), "scripts.in_ini", "deployments_in_ini"),
    (re.compile(r"\.?[Jj]ustfile|.*\.just"), "scripts.just", "deployments_in_justfile"),
    (re.compile(r".*\.(?:bat|cmd)"), "scripts.batch", "deployments_in_batch"),
    (re.compile(r".*\.ps1"), "scripts.powershell", "deployments_in_powershell"),
    (
        re.compile(r"(?:.*\.)?[Jj]enkinsfile(?:\..*)?|.*\.groovy"),
        "scripts.jenkins",
        "deployments_in_jenkinsfile",
    ),
    (re.compile(_PROSE), "scripts.prose", "deployments_in_prose"),
    (re.compile(_SHELL), "shell", "deployments_in_shell"),
)
"""File name patterns, the module that reads such files, and its function."""
_NAMES = re.compile(
    "|".join(f"(?:{r[0].pattern})" for r in _READERS if r[1] != "scripts.python")
)
_EXPLAINS = re.compile(rf"{_PROSE}|.*\.py")
"""Names of files that may mention a flag without passing it."""
_WORDS = re.compile(
    rb"gcloud[^\n]{0,40}(?:functions|run|eventarc|scheduler|subscriptions)|functions-framework|FUNCTION_TARGET"
    rb"|deploy-cloud-functions|--entry-point[ =]|entry(?:[-_]point|Point)[\"']?\s*:"
    rb"|[\"']functions[\"'],?\s*[\"']deploy|-\s*functions\s+-\s*deploy|name:\s*google\b"
    rb"|\bruntime:\s*(?:name:\s*)?(?:python|nodejs|yaml)\s*(?:\n|$)"
    rb"|\buses:\s*[\"']?\./|[\w/.-]\.sh[ \t]+[\w\"'$-]|-functions-deploy:"
    rb"|\"terraformProviders\"|\"codeMakerOutput\""
)


def is_deploy_file(name: str) -> bool:
    """Return whether a file with that name may deploy functions."""
    return _NAMES.fullmatch(name) is not None


def mentions_deployment(data: bytes) -> bool:
    """Return whether the bytes of a deploy file mention functions at all."""
    return _WORDS.search(data) is not None


def module_deploys(data: bytes, *, names_functions: bool) -> bool:
    """Return whether a Python module may deploy functions or describe how to.

    Called for every module, so it starts with searches for fixed bytes.
    """
    return (
        names_functions
        and (b"gcloud" in data or b"--target" in data)
        and mentions_deployment(data)
    )


def read_deployments(
    path: str, data: bytes, nearby: NearbyFiles | None = None
) -> tuple[Deployment, ...]:
    """Return the Python functions that a deploy file names.

    `nearby` reads files it refers to; without it, their contents stay unknown.
    """
    nearby = nearby or NearbyFiles(os.path.dirname(path), lambda _: None)
    text, _ = decode(data)
    name = os.path.basename(path)
    found = list(_reader(name)(path, text, nearby))
    if not found and b"--entry-point" in data and not _EXPLAINS.fullmatch(name):
        from funclens.discovery.deploy.loose_flags import deployments_in_fragments  # noqa: PLC0415

        found = list(deployments_in_fragments(path, text, nearby))
    return tuple(
        dict.fromkeys(item for item in found if item.is_python and item.says_something)
    )


def _reader(name: str) -> Callable[[str, str, NearbyFiles], Iterator[Deployment]]:
    for pattern, module, function in _READERS:
        if pattern.fullmatch(name):
            # Imported on demand: most folders have few kinds of deploy files.
            found = importlib.import_module(f"funclens.discovery.deploy.{module}")
            reader: Callable[[str, str, NearbyFiles], Iterator[Deployment]]
            reader = getattr(found, function)
            return reader
    raise AssertionError(name)
