"""Immutable values shared by all parts of Funclens.

Lines and columns are 1-based and count code points; end columns are exclusive. Paths
are absolute unless a docstring says otherwise. This module imports nothing of Funclens
or the language server protocol.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Catalog",
    "Certainty",
    "Collision",
    "DeployOptions",
    "Function",
    "Need",
    "Problem",
    "RelatedPlace",
    "Severity",
    "SignatureType",
    "Span",
    "Trigger",
    "Unit",
]


class SignatureType(str, enum.Enum):
    """How production calls a function; the names are those of Functions Framework."""

    HTTP = "http"
    CLOUDEVENT = "cloudevent"
    EVENT = "event"
    TYPED = "typed"


class Certainty(str, enum.Enum):
    """Whether a decorator or deploy file declares it, or only its code suggests it."""

    CERTAIN = "certain"
    LIKELY = "likely"


class Severity(str, enum.Enum):
    """Severity of a problem, with the names of the language server protocol."""

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
    """1-based, inclusive."""
    end_column: int
    """1-based, in code points, exclusive."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What makes production call a function.

    docs/reference/triggers.md lists the attributes of each kind.
    """

    kind: str
    """`http`, `pubsub`, `storage`, `firestore`, `schedule` and so on."""
    origin: str
    """What declares it: `decorator`, `deploy-file` or `setting`."""
    event_type: str = ""
    """Type of its events in production; empty if unknown, or if there are none."""
    attributes: tuple[tuple[str, str], ...] = ()
    """What is known about its source, such as `topic` or `document`, by name."""
    filters: tuple[tuple[str, str], ...] = ()
    """Other attributes that its events must have."""
    retry: bool | None = None
    """Whether failed events are delivered again; None if unknown."""
    retry_policy: tuple[tuple[str, int], ...] = ()
    """Declared numbers of its retry policy, such as `max_attempts`."""
    rate_limits: tuple[tuple[str, int], ...] = ()
    """Declared limits of a task queue."""
    is_ordered: bool = False
    """Whether messages with the same ordering key are delivered in order."""

    def get(self, name: str) -> str:
        """Return an attribute; empty if unknown."""
        return next((value for key, value in self.attributes if key == name), "")


@dataclass(frozen=True, slots=True)
class DeployOptions:
    """Limits and environment that a function is deployed with; None if unknown."""

    regions: tuple[str, ...] = ()
    memory_mib: int | None = None
    timeout_seconds: int | None = None
    concurrency: int | None = None
    """Maximum number of concurrent requests to one instance."""
    secrets: tuple[str, ...] = ()
    """Names of the environment variables or files that hold secrets."""
    variables: tuple[str, ...] = ()
    """Names of the environment variables that deploy files set."""
    is_cloud_function: bool = False
    """Whether a deploy file deploys a Cloud Function, of any generation.

    It handles one request at a time by default, unlike Cloud Run and Firebase.
    """


@dataclass(frozen=True, slots=True)
class Function:
    """A Cloud Function of the workspace, as served by one unit."""

    id: str
    """The qualified name; unique in the workspace and stable between runs."""
    name: str
    """Name in the namespace of the source."""
    endpoint: str
    """Public name: the deployed name if known, else `name`."""
    deployed_name: str | None
    """Name from a deploy file or setting, or None."""
    qualified_name: str
    """Dotted path of the source in the workspace folder, then the name."""
    route: str
    """`/<endpoint>` if that is unambiguous, else `/<qualified name>`."""
    folder: str
    """Absolute path of the workspace folder."""
    source: str
    """Source that serves it, relative to `folder`, with forward slashes."""
    file: str
    """File that defines it, relative to `folder`, with forward slashes."""
    span: Span
    """From `def`, `async def` or the assignment to the end of the body."""
    name_span: Span
    """The name in the definition; diagnostics underline it."""
    signature_type: SignatureType
    is_async: bool
    """True for functions of `functions_framework.aio`."""
    provider: str
    """`functions-framework` or `firebase`."""
    trigger: str | None
    """`module.decorator` for Firebase, such as `https.on_request`; else None."""
    certainty: Certainty
    evidence: tuple[str, ...]
    """Names of the matching scoring rules, strongest first."""
    unit: str
    """Id of the unit that serves it."""
    doc: str = ""
    """First line of the docstring; may be empty."""
    runtime: str = ""
    """Runtime in a deploy file, such as `python312`; may be empty."""
    triggers: tuple[Trigger, ...] = ()
    """Known triggers; more than one if it is deployed more than once."""
    options: DeployOptions = DeployOptions()
    generation: int | None = None
    """1 or 2 if a deploy file says it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One source as production loads it, with its folder on sys.path and as cwd."""

    id: str
    """Dotted path of the source in the workspace folder: `billing.main`."""
    folder: str
    """Absolute path of the workspace folder."""
    root: str
    """Absolute folder of the source: sys.path entry and cwd of the worker."""
    source: str
    """Absolute path of the source file."""
    functions: tuple[str, ...]
    """Ids of its functions, in order of definition."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a unit lacks to run: an environment, or packages in its environment."""

    has_environment: bool
    missing: tuple[str, ...] = ()
    """Required distributions that are not installed where it runs."""
    has_requirements: bool = False
    """Whether a file names what it requires."""


@dataclass(frozen=True, slots=True)
class Collision:
    """Two or more functions with the same endpoint."""

    endpoint: str
    functions: tuple[str, ...]
    """Ids, ordered by file."""


@dataclass(frozen=True, slots=True)
class RelatedPlace:
    """Another location that a problem refers to."""

    file: str
    """Relative to the workspace folder, with forward slashes."""
    folder: str
    """Absolute workspace folder of `file`."""
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem that would show up after deployment, or in the running workspace."""

    code: str
    """Stable code, documented in docs/reference/diagnostics.md."""
    severity: Severity
    message: str
    folder: str
    """Absolute workspace folder of `file`."""
    file: str
    """Relative to `folder`, with forward slashes."""
    span: Span
    related: tuple[RelatedPlace, ...] = field(default=())
    remedy: str = ""
    """Text that a quick fix inserts, such as a distribution or a name; may be empty."""
    remedy_file: str = ""
    """File for the fix, relative to `folder`; empty to replace the text at `span`."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything known about the workspace at one moment."""

    functions: tuple[Function, ...] = ()
    """Ordered by folder, source and line."""
    units: tuple[Unit, ...] = ()
    collisions: tuple[Collision, ...] = ()
    problems: tuple[Problem, ...] = ()
    routes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Function ids by first path segment; more than one means ambiguous."""
    notes: tuple[str, ...] = ()
    """Sentences about rules that failed, whose problems are missing."""
