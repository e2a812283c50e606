"""`syntax-error-in-unit`: the build compiles the whole folder, so any error counts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Context

__all__ = ["syntax_errors"]

_MOST_FILES = 200
"""Maximum number of modules to check per unit; larger folders hold more than a unit."""


def syntax_errors(context: Context) -> Iterator[Problem]:
    """Yield a problem for each syntax error in or below a source's folder."""
    reported: set[str] = set()
    for source in context.sources:
        files = source.folder.files_below(source.root)
        if len(files) > _MOST_FILES:
            files = [module.path for module in source.modules]
        for path in files:
            module = source.folder.find(path)
            if path in reported or module is None:
                continue
            reported.add(path)
            if not source.folder.uploads(source.root, path):
                continue
            for fault in module.faults():
                yield Problem(
                    code="syntax-error-in-unit",
                    severity=Severity.ERROR,
                    message=(
                        "The build of this unit fails here, because it compiles every "
                        f"file in its folder: {fault.message}"
                    ),
                    folder=source.folder.folder,
                    file=os.path.relpath(path, source.folder.folder).replace(
                        os.sep, "/"
                    ),
                    span=fault.span,
                )
