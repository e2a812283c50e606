"""Kinds of code actions."""

from __future__ import annotations

from lsprotocol import types

__all__ = ["KIND_FIX", "KIND_RUN"]

KIND_FIX = types.CodeActionKind.QuickFix.value
KIND_RUN = "source.funclens"
