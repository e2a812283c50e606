"""`funclens openapi`: describe the HTTP functions as an OpenAPI document."""

from __future__ import annotations

from funclens.cli.openapi.print_document import add_arguments, execute

__all__ = ["add_arguments", "execute"]
