"""A skaffold.yaml that builds images with buildpacks and deploys Knative services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.export.exported import Output
from funclens.export.to_knative import image_of, knative_documents
from funclens.export.writing.yaml_text import yaml_text

if TYPE_CHECKING:
    from funclens.export.exported import Exported, Request

__all__ = ["to_skaffold"]

FILE = "skaffold.yaml"
SERVICES = "skaffold-services.yaml"
_BUILDER = "gcr.io/buildpacks/builder:latest"


def to_skaffold(request: Request) -> Output:
    """Return the configuration and the services that it deploys."""
    services = yaml_text(knative_documents(request))
    artifacts = [_artifact(item, request) for item in request.functions]
    configuration = {
        "apiVersion": "skaffold/v4beta11",
        "kind": "Config",
        "metadata": {"name": "functions"},
        "build": {"artifacts": artifacts},
        "manifests": {"rawYaml": [SERVICES]},
        "deploy": {"kubectl": {}},
    }
    files = {FILE: yaml_text([configuration]), SERVICES: services}
    return Output(files, tuple(request.losses))


def _artifact(item: Exported, request: Request) -> dict[str, Any]:
    variables = item.framework_variables()
    environment = [f"GOOGLE_{name}={text}" for name, text in variables.items()]
    environment.append(f"GOOGLE_PYTHON_VERSION={item.python}.x")
    return {
        "image": image_of(item, request),
        "context": item.folder,
        "buildpacks": {"builder": _BUILDER, "env": environment},
    }
