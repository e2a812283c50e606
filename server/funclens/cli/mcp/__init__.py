"""`funclens mcp`: what coding agents use, over standard input and output."""

from __future__ import annotations

from funclens.cli.mcp.serve_agents import add_arguments, execute

__all__ = ["add_arguments", "execute"]
