"""Effects of a function's decorators, as far as they are known."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from funclens.catalog.rules.requirements.knowledge import FRAMEWORK_MODULES, known
from funclens.discovery.scoring.frameworks import registration_of
from funclens.discovery.syntax.statements import BindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Served
    from funclens.discovery.resolve.imports import Local
    from funclens.discovery.syntax.statements import Decorator

__all__ = ["may_answer_otherwise", "may_take_other_arguments"]


def may_take_other_arguments(served: Served) -> bool:
    """Return whether another decorator may change the parameters."""
    decorators = served.found.definition.decorators
    return len(decorators) > 1 or any(
        not _is_framework(served, decorator) for decorator in decorators
    )


def may_answer_otherwise(served: Served) -> bool:
    """Return whether a decorator may change the function's return value.

    Library decorators pass it on; what a decorator of the project does is unknown.
    """
    return any(
        not _is_framework(served, decorator) and not _is_of_library(served, decorator)
        for decorator in served.found.definition.decorators
    )


def _is_framework(served: Served, decorator: Decorator) -> bool:
    return any(
        isinstance(meaning, str) and registration_of(meaning) is not None
        for meaning in _meanings(served, decorator)
    )


def _is_of_library(served: Served, decorator: Decorator) -> bool:
    for meaning in _meanings(served, decorator):
        if isinstance(meaning, str):
            first = meaning.partition(".")[0]
            return (
                first in sys.stdlib_module_names
                or first in FRAMEWORK_MODULES
                or bool(known().providers_of(meaning, None))
            )
        # `auth.login_required` of an instance of a library class.
        return meaning.placed.binding.kind is BindingKind.CALL
    first = decorator.target.partition(".")[0]
    return any(
        not isinstance(meaning, str) and meaning.placed.binding.kind is BindingKind.CALL
        for meaning in _names_of(served, first)
    )


def _meanings(served: Served, decorator: Decorator) -> Iterator[Local | str]:
    return _names_of(served, decorator.target)


def _names_of(served: Served, name: str) -> Iterator[Local | str]:
    module = served.source.folder.find(served.found.path)
    if module is not None and name:
        yield from served.source.facts.names.meanings(module, name)
