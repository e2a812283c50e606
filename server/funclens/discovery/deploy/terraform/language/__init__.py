"""Terraform's language: a text in, blocks and expressions out."""

from __future__ import annotations
