"""Deploy commands in scripts, build files and prose: one module per format."""

from __future__ import annotations
