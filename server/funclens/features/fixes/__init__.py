"""Quick fixes: what can be done about a problem, as edits of texts.

PURE: texts come through `Places`, edits go out as protocol values.
"""

from __future__ import annotations

from funclens.features.fixes.offer import quick_fixes

__all__ = ["quick_fixes"]
