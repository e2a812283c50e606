"""The runner: the front door, the guard and the lives of the workers.

This package owns processes and sockets. It imports `contract`, `model` and
`errors`, never the index: what it serves is handed to it as a Catalog.
"""

from __future__ import annotations
