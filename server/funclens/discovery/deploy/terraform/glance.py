"""Quick summary of a Terraform file, from its name and bytes, before parsing."""

from __future__ import annotations

import re

from funclens.dataclass import dataclass

__all__ = ["TERRAGRUNT", "TerraformFile", "glance", "is_module_file"]

TERRAGRUNT = "terragrunt.hcl"
_SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")
_MENTIONS = re.compile(
    rb"google_cloudfunctions2?_function\"|FUNCTION_TARGET|function_target"
    rb"|entry_?point|event-function|scheduled-function|cloud-functions?\b"
    rb"|\"google_(?:eventarc_trigger|cloud_scheduler_job|pubsub_subscription)\""
)
_CALLED = re.compile(rb"\bsource\"?\s*[=:]\s*\"(?:[\w:]+::)?(\.{1,2}/[^\"\n]*)\"")


def is_module_file(name: str) -> bool:
    """Return whether a file with that name is part of its folder's module."""
    return name.endswith(_SUFFIXES) or name == TERRAGRUNT


@dataclass(frozen=True, slots=True)
class TerraformFile:
    """Summary of a file's bytes."""

    mentions: bool
    """Whether it may deploy a function."""
    called: tuple[str, ...]
    """Relative paths of modules that it may call."""


def glance(data: bytes) -> TerraformFile:
    """Return the summary of a Terraform file."""
    called = (found.decode("utf-8", "replace") for found in _CALLED.findall(data))
    return TerraformFile(
        _MENTIONS.search(data) is not None, tuple(dict.fromkeys(called))
    )
