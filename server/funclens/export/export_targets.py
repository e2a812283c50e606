"""Which targets there are, and the module that writes each."""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.export.writing.loss_comments import with_comments

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
    as_services: bool = False
    """Whether functions become services of Cloud Run or Knative."""


TARGETS = {
    "gcloud": Target("to_gcloud", "a script of gcloud functions deploy"),
    "terraform": Target("to_terraform", "a Terraform root module"),
    "cloudrun": Target(
        "to_cloudrun", "a script of gcloud run deploy", as_services=True
    ),
    "knative": Target("to_knative", "Knative services and triggers", as_services=True),
    "compose": Target("to_compose", "a compose file with an image for each function"),
    "skaffold": Target(
        "to_skaffold", "skaffold.yaml with buildpacks", as_services=True
    ),
}


def files_for(target: str, request: Request) -> Output:
    """Return the files of a target; comments in them say what is lost."""
    module = TARGETS[target].module
    found = importlib.import_module(f"funclens.export.{module}")
    write: Callable[[Request], Output] = getattr(found, module)
    made = write(request)
    return replace(made, files=with_comments(made, request.functions))
