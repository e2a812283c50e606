"""What the client is sent: diagnostics, lenses and functions, each once."""

from __future__ import annotations
