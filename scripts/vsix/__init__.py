"""How the extension is put together."""

from __future__ import annotations
