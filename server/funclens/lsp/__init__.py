"""Language server: answers editor requests with `funclens.features`.

This is a composition root: short handlers, open documents, and the connection to the
runner. User code never runs in this process.
"""

from __future__ import annotations
