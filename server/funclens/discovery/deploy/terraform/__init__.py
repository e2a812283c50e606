"""Functions that Terraform deploys: a parser and an evaluator, nothing is run.

What a workspace without Terraform needs is here; the rest is imported when asked for.
"""

from __future__ import annotations

from funclens.discovery.deploy.terraform.glance import (
    TerraformFile,
    glance,
    is_module_file,
)

__all__ = ["TerraformFile", "glance", "is_module_file"]
