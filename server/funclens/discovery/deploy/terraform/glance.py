"""What the name and the bytes of a Terraform file tell before it is read."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["TERRAGRUNT", "TerraformFile", "glance", "is_module_file"]

TERRAGRUNT = "terragrunt.hcl"
_SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")
_MENTIONS = re.compile(
    rb"google_cloudfunctions2?_function\"|FUNCTION_TARGET|function_target"
    rb"|entry_?point|event-function|scheduled-function|cloud-functions?\b"
)
_CALLED = re.compile(rb"\bsource\"?\s*[=:]\s*\"(?:[\w:]+::)?(\.{1,2}/[^\"\n]*)\"")


def is_module_file(name: str) -> bool:
    """Return whether a file of that name is part of its folder's module."""
    return name.endswith(_SUFFIXES) or name == TERRAGRUNT


@dataclass(frozen=True, slots=True)
class TerraformFile:
    """What a glance at the bytes of a file tells."""

    mentions: bool
    """Whether it may deploy a function."""
    called: tuple[str, ...]
    """Relative paths that it may call modules by."""


def glance(data: bytes) -> TerraformFile:
    """Return what the bytes of a Terraform file tell at once."""
    called = (found.decode("utf-8", "replace") for found in _CALLED.findall(data))
    return TerraformFile(
        _MENTIONS.search(data) is not None, tuple(dict.fromkeys(called))
    )
