"""Functions deployed by Terraform: a parser and an evaluator; nothing is executed.

Workspaces without Terraform load only this module; the rest is imported on demand.
"""

from __future__ import annotations

from funclens.discovery.deploy.terraform.glance import (
    TerraformFile,
    glance,
    is_module_file,
)

__all__ = ["TerraformFile", "glance", "is_module_file"]
