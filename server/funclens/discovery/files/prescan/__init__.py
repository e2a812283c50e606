"""A walk of the workspace in a process of its own; imports nothing, for it is first."""

from __future__ import annotations
