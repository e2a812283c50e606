"""Funclens: run and debug every Google Cloud Function of a Python workspace.

The package holds the language server, the command line and the front door of
the runner. It never imports or executes a user's code: that happens only in
workers, which are started from `funclens_worker`.
"""

from __future__ import annotations

__version__ = "0.1.0"
