"""How a runner shows who it is: it knows its token, and doesn't have to be told it."""

from __future__ import annotations

import hashlib
import hmac

__all__ = ["CHALLENGE_HEADER", "proof"]

CHALLENGE_HEADER = "X-Funclens-Challenge"
"""Carries what a client has just made up; the response to it proves the token."""


def proof(token: str, challenge: str) -> str:
    """Return what only somebody with the token can say to a challenge."""
    message = b"funclens-runner:" + challenge.encode("utf-8", "replace")
    return hmac.new(token.encode(), message, hashlib.sha256).hexdigest()
