"""Ask the Google Cloud CLI what is deployed."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from funclens.cli import stderr
from funclens.discovery.triggers.attached import service_name
from funclens.errors import RunnerError, UsageError
from funclens.plan.gcloud_errors import explained
from funclens.plan.gcloud_json import deployed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.plan.deployed_function import DeployedFunction

__all__ = ["deployed_now"]

_DEADLINE = 120.0
"""Seconds that one command may take."""
_FILE_HINT = "or pass the output of `gcloud functions list --format=json` as a file"


def deployed_now(
    project: str | None, *, deadline: float = _DEADLINE
) -> list[DeployedFunction]:
    """Return the functions of a project, and the services that run a function.

    Raises UsageError if gcloud is missing, not signed in, or has no project.
    """
    program = shutil.which("gcloud")
    if program is None:
        raise UsageError(
            "gcloud is not installed, or not on PATH",
            hint=f"install the Google Cloud CLI, {_FILE_HINT}",
        )
    more = [f"--project={project}"] if project else []
    words = [program, "functions", "list", "--format=json", "--quiet", *more]
    found = deployed_in(_printed(words, deadline), "the output of gcloud")
    known = {(service_name(item.name), item.region) for item in found}
    words = [program, "run", "services", "list", "--format=json", "--quiet", *more]
    try:
        services = deployed_in(_printed(words, deadline), "the output of gcloud")
    except UsageError as error:
        stderr.warning(f"Cloud Run services are not compared: {error}")
        return found
    return found + [
        item for item in services if (service_name(item.name), item.region) not in known
    ]


def _printed(words: Sequence[str], deadline: float) -> str:
    environment = {**os.environ, "CLOUDSDK_CORE_DISABLE_PROMPTS": "1"}
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=deadline,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RunnerError(
            f"gcloud didn't answer in {deadline:.0f} s",
            hint=f"check the network connection, {_FILE_HINT}",
        ) from error
    except OSError as error:
        raise UsageError(
            f"gcloud can't be started: {error.strerror}", hint=_FILE_HINT
        ) from error
    said = done.stderr.decode("utf-8", "replace")
    if done.returncode:
        raise explained(said)
    return done.stdout.decode("utf-8", "replace")
