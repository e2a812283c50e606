"""Parse Terraform's language (HCL and JSON) into blocks and expressions."""

from __future__ import annotations
