"""The values that the parts of Funclens hand to each other: frozen, no behaviour.

Lines and columns are 1-based and count code points; an end column is exclusive.
Paths in values are absolute unless a docstring says otherwise. This module
imports nothing of Funclens and nothing of the language server protocol.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Catalog",
    "Certainty",
    "Collision",
    "Function",
    "Problem",
    "RelatedPlace",
    "Severity",
    "SignatureType",
    "Span",
    "Unit",
]


class SignatureType(str, enum.Enum):
    """How production calls a function; the Functions Framework's own names."""

    HTTP = "http"
    CLOUDEVENT = "cloudevent"
    EVENT = "event"
    TYPED = "typed"


class Certainty(str, enum.Enum):
    """Whether a decorator or deploy file says so, or only the shape of the code."""

    CERTAIN = "certain"
    LIKELY = "likely"


class Severity(str, enum.Enum):
    """How much a problem matters, in the words of the editor protocol."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range of text in one file."""

    line: int
    """1-based."""
    column: int
    """1-based, in code points."""
    end_line: int
    """1-based, the last line that belongs to the range."""
    end_column: int
    """1-based, in code points, one past the last character."""


@dataclass(frozen=True, slots=True)
class Function:
    """A cloud function of the workspace, as one unit serves it."""

    id: str
    """The qualified name; unique in the workspace and stable between runs."""
    name: str
    """The name under which the source holds it."""
    endpoint: str
    """The public name: the deployed name where one is known, else `name`."""
    deployed_name: str | None
    """From a deploy file or a setting; None when nothing names it."""
    qualified_name: str
    """Dotted path of the source from the workspace folder, then the name."""
    route: str
    """`/<endpoint>` where that is unambiguous, else `/<qualified name>`."""
    folder: str
    """Absolute path of the workspace folder."""
    source: str
    """The source that serves it, relative to `folder`, with forward slashes."""
    file: str
    """The file that defines it, relative to `folder`, with forward slashes."""
    span: Span
    """From `def` (or `async def`, or the assignment) to the end of the body."""
    name_span: Span
    """The name in the definition: what a diagnostic underlines."""
    signature_type: SignatureType
    is_async: bool
    """True for functions of `functions_framework.aio`."""
    provider: str
    """`functions-framework` or `firebase`."""
    trigger: str | None
    """`module.decorator` for Firebase, such as `https.on_request`; else None."""
    certainty: Certainty
    evidence: tuple[str, ...]
    """Names of the rules that spoke for it, strongest first."""
    unit: str
    """Id of the unit that serves it."""
    doc: str = ""
    """First line of the docstring; empty when there is none."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One source, as production loads it: its folder on sys.path and as cwd."""

    id: str
    """Dotted path of the source from the workspace folder: `billing.main`."""
    folder: str
    """Absolute path of the workspace folder."""
    root: str
    """The folder of the source, absolute: sys.path entry and cwd of the worker."""
    source: str
    """The source file, absolute."""
    functions: tuple[str, ...]
    """Ids of its functions, in the order of their definition."""


@dataclass(frozen=True, slots=True)
class Collision:
    """Two or more functions that want the same endpoint."""

    endpoint: str
    functions: tuple[str, ...]
    """Ids, in the order of their files."""


@dataclass(frozen=True, slots=True)
class RelatedPlace:
    """Another place that a problem speaks of."""

    file: str
    """Relative to the workspace folder, with forward slashes."""
    folder: str
    """The workspace folder of `file`, absolute."""
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person should know before they deploy."""

    code: str
    """Stable, documented in docs/reference/diagnostics.md."""
    severity: Severity
    message: str
    folder: str
    """The workspace folder of `file`, absolute."""
    file: str
    """Relative to `folder`, with forward slashes."""
    span: Span
    related: tuple[RelatedPlace, ...] = field(default=())
    remedy: str = ""
    """What a quick fix writes: a distribution, a name; empty where none is known."""
    remedy_file: str = ""
    """Where it writes that, relative to `folder`; empty: in the place of `span`."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that is known of the workspace at one moment."""

    functions: tuple[Function, ...] = ()
    """In the order of folder, source and line."""
    units: tuple[Unit, ...] = ()
    collisions: tuple[Collision, ...] = ()
    problems: tuple[Problem, ...] = ()
    routes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """First path segment to the ids that it could mean; several are ambiguous."""
    notes: tuple[str, ...] = ()
    """Sentences about rules that failed, so that their problems are not known."""
