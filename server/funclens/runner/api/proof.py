"""Proves that a runner knows its token, without sending the token."""

from __future__ import annotations

import hashlib
import hmac

__all__ = ["CHALLENGE_HEADER", "proof"]

CHALLENGE_HEADER = "X-Funclens-Challenge"
"""Header with a random value; the response to it proves the token."""


def proof(token: str, challenge: str) -> str:
    """Return the response to a challenge, which requires the token."""
    message = b"funclens-runner:" + challenge.encode("utf-8", "replace")
    return hmac.new(token.encode(), message, hashlib.sha256).hexdigest()
