"""Sends the client what changed: diagnostics, lenses and functions."""

from __future__ import annotations
