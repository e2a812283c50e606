"""Positive signals: what a definition does, how it is documented, and where it is."""

from __future__ import annotations

import ast
import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from funclens.discovery.scoring.project_context import is_test_file
from funclens.discovery.scoring.signature import has_event_and_context
from funclens.discovery.syntax.statements import BindingKind

if TYPE_CHECKING:
    from funclens.discovery.resolve.facts import Module
    from funclens.discovery.scoring.candidate import Candidate

__all__ = [
    "GOOGLE_IMPORTS",
    "imports_google",
    "is_beside_decorated",
    "is_called_elsewhere",
    "is_called_with_request",
    "is_documented",
    "is_imported_beside",
    "is_near_functions",
    "is_only_function",
    "is_private",
    "is_used_as_cloud_event",
    "is_used_as_event",
    "is_used_as_request",
    "keys_in",
    "returns_no_response",
    "uses_google_event",
    "uses_request",
]

_DOCUMENTED = re.compile(
    r"cloud[ -](?:run[ -])?functions?\b|flask\.Request|google\.cloud\.functions"
    r"|flask\.Flask\.make_response|responds to any http request"
    r"|triggered (?:from|by|when|via|on) .{0,40}"
    r"(?:pub/?sub|storage|bucket|firestore|topic|scheduler|cloud|http|event|document)"
    r"|\bevent (?:payload|metadata)\b|metadata (?:for|of) the (?:triggering )?event"
    r"|http (?:trigger|function)|event function|\bgcf\b"
    r"|request (?:which|that) triggered|github\.com/cloudevents"
    r"|background function|entry ?point (?:for|of) .{0,30}function",
    re.IGNORECASE,
)
_REQUEST_USES = re.compile(
    r"\.(?:get_json|args|json|is_json|method|form|files|values|headers|data|get_data"
    r"|path|full_path|url|remote_addr|cookies|content_type|content_length|authorization"
    r"|mimetype|stream|query_string|host|access_route|query_params|body)"
)
_FLASK_USES = frozenset({".get_json", ".is_json", ".get_data", ".remote_addr", ".args"})
_CLOUD_EVENT_KEYS = frozenset({"type", "source", "subject", "id", "time"})
_GOOGLE_EVENT_KEYS = frozenset(
    {"bucket", "attributes", "messageId", "publishTime", "resourceState", "@type"}
    | {"oldValue", "updateMask", "protoPayload", "metageneration", "timeCreated"}
    | {"selfLink", "mediaLink"}
)
_GOOGLE_CONTEXT = frozenset({".event_id", ".event_type", ".timestamp", ".resource"})
GOOGLE_IMPORTS = re.compile(
    r"(?:google\.(?:cloud|api_core|auth|oauth2|events|protobuf)|googleapiclient"
    r"|functions_framework|firebase_\w+|cloudevents|gcsfs|gspread|pandas_gbq|apiclient"
    r"|vertexai)\b"
)
_FRAMEWORK_USE = re.compile(
    r"functions_framework|_fn\.o|^(?:ff|aio)\.|^cloud_event$|^http$"
)


def is_documented(candidate: Candidate) -> bool:
    """Return whether its docstring or the comment above mentions a Cloud Function."""
    if not (candidate.accepts(1) or candidate.accepts(2)):
        return False
    if not candidate.definition.parameters:
        return False
    return _DOCUMENTED.search(candidate.words) is not None


def uses_request(candidate: Candidate) -> bool:
    """Return whether it uses its parameter like a Flask request."""
    return any(_REQUEST_USES.fullmatch(use) for use in candidate.uses(0))


def is_used_as_request(candidate: Candidate) -> bool:
    """Return whether it uses its only parameter in ways specific to a Flask request."""
    return candidate.accepts(1) and not _FLASK_USES.isdisjoint(candidate.uses(0))


def is_used_as_event(candidate: Candidate) -> bool:
    """Return whether it uses its two parameters as an event and its context."""
    if not candidate.accepts(2) or len(candidate.required) > 2:
        return False
    if not _GOOGLE_CONTEXT.isdisjoint(candidate.uses(1)):
        return True
    keys = keys_in(candidate.uses(0))
    is_message = "data" in keys and candidate.calls("b64decode")
    return len(candidate.positional) == 2 and (
        is_message or {"bucket", "name"} <= keys or "protoPayload" in keys
    )


def is_used_as_cloud_event(candidate: Candidate) -> bool:
    """Return whether it uses its only parameter's data and CloudEvent attributes."""
    uses = candidate.uses(0)
    return (
        candidate.accepts(1)
        and ".data" in uses
        and not _CLOUD_EVENT_KEYS.isdisjoint(keys_in(uses))
    )


def is_imported_beside(candidate: Candidate) -> bool:
    """Return whether another module imports it or uses it through its module.

    That makes it a helper of the other module.
    """
    own = candidate.module
    context = candidate.project_context
    if context.is_main:
        return False
    stem = os.path.basename(own.path).removesuffix(".py")
    return any(
        other is not own and _uses_name(other, stem, candidate.name)
        for path in dict.fromkeys((*context.siblings, *context.importers))
        # Tests import whatever they test, so they say nothing.
        if not is_test_file(path) and (other := candidate.names.find(path))
    )


def _uses_name(module: Module, stem: str, name: str) -> bool:
    """Return whether a module uses `name` of a module called `stem`."""
    for placed in module.imports:
        binding = placed.binding
        source, _, imported = binding.target.rpartition(".")
        if binding.kind is not BindingKind.IMPORT:
            continue
        if imported == name and (
            source.rpartition(".")[2] == stem or (not source and binding.level)
        ):
            return True
        if binding.imported.rpartition(".")[2] == stem:
            used = rf"(?<![\w.]){re.escape(binding.name)}\.(?:[\w.]+\.)?{name}\b"
            if re.search(used, module.text):
                return True
    return False


def uses_google_event(candidate: Candidate) -> bool:
    """Return whether it reads a background event or its context."""
    if not has_event_and_context(candidate):
        return False
    if not _GOOGLE_CONTEXT.isdisjoint(candidate.uses(1)):
        return True
    keys = keys_in(candidate.uses(0))
    if "data" in keys and candidate.calls("b64decode"):
        return True
    return not _GOOGLE_EVENT_KEYS.isdisjoint(keys)


def imports_google(candidate: Candidate) -> bool:
    """Return whether its module imports Google Cloud libraries."""
    return candidate.imports(GOOGLE_IMPORTS)


def is_called_elsewhere(candidate: Candidate) -> bool:
    """Return whether its module or source uses it: a helper, not an entry point."""
    return candidate.references > 0


def is_called_with_request(candidate: Candidate) -> bool:
    """Return whether it is called with a request. Helpers often get the event."""
    return is_called_elsewhere(candidate) and not has_event_and_context(candidate)


def is_beside_decorated(candidate: Candidate) -> bool:
    """Return whether its module decorates other definitions, so that it is a helper.

    False if nobody calls it and it is documented as a function, or if a source
    imports it by name.
    """
    is_named = candidate.reexported and candidate.name in candidate.source.names
    if not is_called_elsewhere(candidate) and (is_named or is_documented(candidate)):
        return False
    return _decorates(candidate.module)


@lru_cache(maxsize=4)
def _decorates(module: Module) -> bool:
    """Return whether a module decorates definitions for a framework."""
    return any(
        _FRAMEWORK_USE.search(decorator.target)
        for bindings in module.names.values()
        if not bindings[-1].is_deferred and bindings[-1].binding.definition
        for decorator in bindings[-1].binding.definition.decorators
    )


def is_near_functions(candidate: Candidate) -> bool:
    """Return whether its folder or a sibling folder contains functions.

    Says nothing about `main.py`, which is a source anywhere.
    """
    context = candidate.project_context
    return context.near_functions and not context.is_main


def is_only_function(candidate: Candidate) -> bool:
    """Return whether it is the only public definition in its module."""
    return _public_names(candidate.module) <= {candidate.placed.binding.name}


@lru_cache(maxsize=4)
def _public_names(module: Module) -> frozenset[str]:
    """Return the names of the public definitions of a module."""
    return frozenset(
        name
        for name, bindings in module.names.items()
        if bindings[-1].kind is BindingKind.DEFINITION and not name.startswith("_")
    )


def is_private(candidate: Candidate) -> bool:
    """Return whether its name begins with an underscore."""
    return candidate.name.startswith("_")


def returns_no_response(candidate: Candidate) -> bool:
    """Return whether it takes a request and returns a boolean."""
    body = candidate.definition.body
    if body is None or has_event_and_context(candidate):
        return False
    if candidate.project_context.is_main:
        # If nothing calls it there, it is an entry point all the same.
        return False
    return any(
        isinstance(value, ast.Compare)
        or (isinstance(value, ast.Constant) and isinstance(value.value, bool))
        for value in body.returned
    )


def keys_in(uses: frozenset[str]) -> frozenset[str]:
    """Return the keys that a parameter is indexed with."""
    return frozenset(use[2:-2] for use in uses if use.startswith("['"))
