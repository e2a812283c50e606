"""Editor features: from a snapshot and request parameters to protocol values.

Everything here is pure: no server object, no process; files are read only through
callables passed in. Lines and columns of the snapshot are 1-based code points; the
protocol's are 0-based units of the client's encoding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from funclens.features.activity import Activity, LastResponse
    from funclens.features.client_profile import ClientProfile
    from funclens.features.snapshot import Snapshot, make_snapshot

__all__ = [
    "Activity",
    "ClientProfile",
    "LastResponse",
    "Snapshot",
    "make_snapshot",
]

# The module of each name, imported when asked for: `initialize` comes first.
__getattr__ = lazy_exports(
    __name__,
    {
        "Activity": "activity",
        "ClientProfile": "client_profile",
        "LastResponse": "activity",
        "Snapshot": "snapshot",
        "make_snapshot": "snapshot",
    },
)
