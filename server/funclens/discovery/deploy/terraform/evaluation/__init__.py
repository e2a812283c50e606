"""Evaluate Terraform expressions in the context of a module call."""

from __future__ import annotations
