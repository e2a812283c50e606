"""YAML files that deploy: pipelines, builds, compose files, services."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.yaml.deploy_file import File, mapping
from funclens.discovery.deploy.yaml.plain_values import yaml_documents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from funclens.discovery.deploy.deployment import Deployment
    from funclens.discovery.deploy.nearby import NearbyFiles

__all__ = ["deployments_in_yaml"]

_COMPOSE = re.compile(r"(?:docker-)?compose[\w.-]*\.ya?ml")
_GITLAB = re.compile(r"[\w.-]*gitlab-ci[\w.-]*\.ya?ml")


def deployments_in_yaml(
    path: str, text: str, nearby: NearbyFiles
) -> Iterator[Deployment]:
    """Yield the functions that a YAML file deploys; none if it is invalid."""
    file = File(path, text, nearby)
    for document in yaml_documents(text):
        yield from _reader(path, document)(file, document)


def _reader(path: str, document: Any) -> Callable[[File, Any], Iterator[Deployment]]:
    # Imported on demand: most folders have few kinds of deploy files.
    from funclens.discovery.deploy.yaml import (  # noqa: PLC0415
        circleci,
        cloudbuild,
        github,
        gitlab,
        knative,
        others,
        services,
    )

    name = os.path.basename(path)
    given = mapping(document)
    in_github = f"{os.sep}.github{os.sep}" in path
    has_jobs = isinstance(given.get("jobs"), dict)
    if has_jobs and (in_github or "on" in given):
        return github.deployments_in_workflow
    if mapping(given.get("runs")).get("using") == "composite":
        return github.deployments_in_action
    if has_jobs and f"{os.sep}.circleci{os.sep}" in path:
        return circleci.deployments_in_circleci
    in_gitlab = _GITLAB.fullmatch(name) or f"{os.sep}.gitlab{os.sep}" in path
    if in_gitlab and given and not isinstance(given.get("jobs"), list):
        return gitlab.deployments_in_gitlab
    if isinstance(given.get("steps"), list) and any(
        "name" in mapping(step) and ("args" in step or "script" in step)
        for step in given["steps"]
    ):
        return cloudbuild.deployments_in_cloudbuild
    if isinstance(given.get("services"), dict) and _COMPOSE.fullmatch(name):
        return services.deployments_in_compose
    if "functions" in given and mapping(given.get("provider")).get("name") == "google":
        return services.deployments_in_serverless
    if knative.is_knative(given):
        return knative.deployments_in_knative
    if knative.is_skaffold(given):
        return knative.deployments_in_skaffold
    return others.deployments_in_other
