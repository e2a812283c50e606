"""Requirements: what the build installs, and which imports it doesn't satisfy."""

from __future__ import annotations

from funclens.catalog.rules.requirements.knowledge import FRAMEWORK_MODULES
from funclens.catalog.rules.requirements.rule import (
    invalid_requirements,
    missing_requirements,
)

__all__ = ["FRAMEWORK_MODULES", "invalid_requirements", "missing_requirements"]
