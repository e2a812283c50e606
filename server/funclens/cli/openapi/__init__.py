"""`funclens openapi`: describe the HTTP functions as an OpenAPI document."""

from __future__ import annotations

from funclens.cli.openapi.print_document import EXAMPLES, add_arguments, execute

__all__ = ["EXAMPLES", "add_arguments", "execute"]
