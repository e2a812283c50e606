"""What ignore files and settings leave out."""

from __future__ import annotations
