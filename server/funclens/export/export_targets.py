"""Which targets there are, and the module that writes each."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.export.exported import Output, Request

__all__ = ["TARGETS", "Target", "files_for"]


@dataclass(frozen=True, slots=True)
class Target:
    """A tool that functions can be exported to."""

    module: str
    """Module of this package, which has a function of the same name."""
    title: str
    """What is written, for people."""
    names_services: bool = False
    """Whether names are spelled as those of Cloud Run services."""


TARGETS = {
    "gcloud": Target("to_gcloud", "a script of gcloud functions deploy"),
    "terraform": Target("to_terraform", "a Terraform root module"),
    "cloudrun": Target(
        "to_cloudrun", "a script of gcloud run deploy", names_services=True
    ),
    "knative": Target(
        "to_knative", "Knative services and triggers", names_services=True
    ),
    "compose": Target("to_compose", "a compose file with an image for each function"),
    "skaffold": Target(
        "to_skaffold", "skaffold.yaml with buildpacks", names_services=True
    ),
}


def files_for(target: str, request: Request) -> Output:
    """Return the files of a target."""
    module = TARGETS[target].module
    found = importlib.import_module(f"funclens.export.{module}")
    write: Callable[[Request], Output] = getattr(found, module)
    return write(request)
