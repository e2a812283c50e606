"""A workspace walk in a separate process. Imported first, so it imports nothing."""

from __future__ import annotations
