"""Quick fixes: text edits that solve a problem.

Pure: texts are read through `Places`; edits are protocol values.
"""

from __future__ import annotations

from funclens.features.fixes.offer import quick_fixes

__all__ = ["quick_fixes"]
