"""The runner: serves the functions of a workspace at one address.

`app.Runner` owns the parts. Only `app` imports discovery and catalog; imports inside
the package go straight down (tests/architecture/test_layout.py).
"""

from __future__ import annotations
