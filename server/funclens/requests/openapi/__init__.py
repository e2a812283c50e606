"""Describe HTTP functions as an OpenAPI document, from what their code reads."""

from __future__ import annotations

from funclens.requests.openapi.api_document import openapi_document

__all__ = ["openapi_document"]
