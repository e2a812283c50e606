"""Firebase Authentication: a user is created or deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from funclens.requests.samples.event import PROJECT, Event, Legacy, timestamp

if TYPE_CHECKING:
    from funclens.requests.samples.event import Inputs

__all__ = ["LEGACY_TYPES", "user_changed"]

LEGACY_TYPES = {
    "created": "providers/firebase.auth/eventTypes/user.create",
    "deleted": "providers/firebase.auth/eventTypes/user.delete",
}
"""1st gen event types, by the last word of the CloudEvent type."""

_UID = "mZ4kTq8wR1fXcV7nB2sLpD9hJg63"
_EMAIL = "ada@example.com"


def user_changed(inputs: Inputs, change: str) -> Event:
    """Return an event of one user; fields of the payload replace the user's."""
    earlier = timestamp(inputs.time - timedelta(days=30))
    created = inputs.stamp if change == "created" else earlier
    user = inputs.fields(
        {
            "uid": _UID,
            "email": _EMAIL,
            "emailVerified": False,
            "displayName": "Ada Lovelace",
            "providerData": [{"email": _EMAIL, "providerId": "password", "uid": _UID}],
        }
    )
    new = {"createTime": created, "lastSignInTime": created}
    old = {"createdAt": created, "lastSignedInAt": created}
    resource = f"projects/{PROJECT}"
    return Event(
        id=inputs.id,
        time=inputs.stamp,
        type=f"google.firebase.auth.user.v1.{change}",
        source=f"//firebaseauth.googleapis.com/{resource}",
        subject=f"users/{user['uid']}",
        data={"metadata": new, **user},
        legacy=Legacy(LEGACY_TYPES[change], resource, {"metadata": old, **user}),
    )
