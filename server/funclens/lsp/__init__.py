"""The language server: what an editor asks is answered by `funclens.features`.

This is a composition root: handlers of a few lines, the open documents, and the
bridge to the runner. No user code runs in this process.
"""

from __future__ import annotations
