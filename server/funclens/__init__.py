"""Funclens: run and debug every Google Cloud Function of a Python workspace.

This package contains the language server, the command line and the front door of the
runner. It never imports or executes user code; workers do, with `funclens_worker`.
"""

from __future__ import annotations

__version__ = "0.1.0"
