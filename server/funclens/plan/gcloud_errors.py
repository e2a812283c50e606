"""What gcloud says when it fails, as an error with the next step."""

from __future__ import annotations

from funclens.errors import UsageError

__all__ = ["explained"]


def explained(said: str) -> UsageError:
    """Return an error for what gcloud printed instead of a result."""
    lowered = said.lower()
    if "active account" in lowered or "reauth" in lowered or "auth login" in lowered:
        return UsageError("gcloud is not signed in", hint="run `gcloud auth login`")
    if "property [project]" in lowered or "--project" in lowered:
        return UsageError(
            "gcloud has no project",
            hint="pass --project, or run `gcloud config set project PROJECT`",
        )
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    first = next((line for line in lines if line.startswith("ERROR:")), "")
    reason = first.removeprefix("ERROR:").strip() or (lines[-1] if lines else "")
    if reason.startswith("(gcloud.") and ") " in reason:
        reason = reason.partition(") ")[2].strip()
    return UsageError(
        f"gcloud failed: {reason or 'it printed no reason'}",
        hint="run `gcloud functions list` to see more",
    )
