"""The real VS Code, in a browser, that Funclens is tried and tested in."""

from __future__ import annotations
