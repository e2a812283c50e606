"""Deploy commands in scripts, build files and prose: one reader a format."""

from __future__ import annotations
