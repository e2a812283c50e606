"""What an editor shows: a snapshot and a request in, protocol values out.

Everything below is PURE: no server object, no process, no file is read here but
through a callable that the caller hands in. Lines and columns of the snapshot are
1-based code points; the protocol's are 0-based units of the client's encoding.
"""

from __future__ import annotations

from funclens.features.activity import Activity, LastResponse
from funclens.features.client import ClientProfile, profile_of
from funclens.features.snapshot import Snapshot, make_snapshot

__all__ = [
    "Activity",
    "ClientProfile",
    "LastResponse",
    "Snapshot",
    "make_snapshot",
    "profile_of",
]
