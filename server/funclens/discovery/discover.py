"""Find the functions that production would serve from a source module."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.discovery.plausible import is_plausible
from funclens.discovery.resolve.imports import Local, public_names
from funclens.discovery.scoring.candidate import Candidate
from funclens.discovery.scoring.frameworks import Registration, registration_of
from funclens.discovery.scoring.overrides import comment_override
from funclens.discovery.scoring.rules import weigh
from funclens.discovery.scoring.signature import signature_of
from funclens.discovery.syntax.statements import BindingKind, Condition
from funclens.discovery.triggers.declared import DeclaredTriggers
from funclens.model import Certainty, DeployOptions, SignatureType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy import Deployment
    from funclens.discovery.resolve.facts import Module, Placed
    from funclens.discovery.resolve.imports import Names
    from funclens.discovery.scoring.overrides import Override, Overrides
    from funclens.discovery.scoring.project_context import ProjectContext
    from funclens.discovery.syntax.statements import Definition
    from funclens.model import Span, Trigger

__all__ = ["Found", "functions_of"]


@dataclass(frozen=True, slots=True)
class Found:
    """One function of a source."""

    name: str
    """Name in the namespace of the source."""
    path: str
    """Absolute path of the file that defines it."""
    placed: Placed
    definition: Definition
    registration: Registration
    certainty: Certainty
    evidence: tuple[str, ...]
    deployed_names: tuple[str, ...] = ()
    """Deployed names, in deploy file order."""
    deployments: tuple[Deployment, ...] = ()
    """Deployments of the function, in deploy file order."""
    triggers: tuple[Trigger, ...] = ()
    """Triggers that a decorator declares."""
    options: DeployOptions = field(default_factory=DeployOptions)
    """Options that a decorator declares."""


def functions_of(
    source: Module, names: Names, project_context: ProjectContext, overrides: Overrides
) -> list[Found]:
    """Return the functions in the namespace of a source, in file order."""
    declared = DeclaredTriggers(source, names)
    found = [
        function
        for name, placed in _namespace(source, names, overrides)
        if (name in overrides or is_plausible(source, placed))
        and (
            local := _defined(source, name, placed, names, overridden=name in overrides)
        )
        and (definition := _definition_of(local.module, local.placed, names))
        and (
            function := _function(
                Candidate(
                    names,
                    source,
                    name,
                    local.module,
                    local.placed,
                    definition,
                    project_context,
                ),
                overrides.get(name),
                declared,
            )
        )
    ]
    if len(found) > 1:
        own = os.path.dirname(source.path)
        found.sort(key=lambda item: _position(item, source.path, own))
    return found


def _position(item: Found, source: str, own: str) -> tuple[bool, str, Span]:
    return item.path != source, os.path.relpath(item.path, own), item.placed.span


def _namespace(
    source: Module, names: Names, overrides: Overrides
) -> Iterator[tuple[str, Placed]]:
    """Yield the names of a source that are worth scoring."""
    for name, bindings in source.names.items():
        placed = bindings[-1]
        if (
            placed.is_deferred
            and len(bindings) == 1
            and placed.offset not in source.commented
            and not (source.comments or source.type_aliases)
            and name not in overrides
        ):
            # Fast path for the common case; same test as `is_plausible`.
            continue
        last = _last(bindings)
        if last is not None:
            yield name, last
    for star in source.stars:
        binding = star.binding
        target = names.imported_module(source, binding.target, binding.level)
        if target is not None and target is not source:
            for name in public_names(target):
                if name not in source.names:
                    yield name, star


def _last(bindings: tuple[Placed, ...]) -> Placed | None:
    """Return the binding that is in effect after the module is loaded, if known."""
    for placed in reversed(bindings):
        if placed.condition is Condition.TYPING:
            continue
        if len(bindings) > 1 and not placed.is_readable:
            continue
        if placed.condition is Condition.SOMETIMES and placed.kind in {
            BindingKind.VALUE,
            BindingKind.DELETED,
        }:
            continue
        return placed
    return None


def _function(
    candidate: Candidate, override: Override | None, declared: DeclaredTriggers
) -> Found | None:
    said = comment_override(candidate.module, candidate.placed)
    if (said and said.refused) or (override and override.refused):
        return None
    judged = _judge(candidate, override, said)
    if judged is None:
        return None
    registration, certainty, evidence = judged
    module, placed = candidate.module, candidate.placed
    return Found(
        candidate.name,
        module.path,
        placed,
        candidate.definition,
        registration,
        certainty,
        evidence,
        override.deployed_names if override else (),
        override.deployments if override else (),
        *declared.of(registration.trigger, module, placed),
    )


_Judgement = tuple[Registration, Certainty, tuple[str, ...]]


def _judge(
    candidate: Candidate, override: Override | None, said: Override | None
) -> _Judgement | None:
    """Classify a definition: by decorator, then by overrides, then by score."""
    overrides = [item for item in (said, override) if item is not None]
    spoken = tuple(item.evidence for item in overrides)
    registration = _registration(candidate.module, candidate.placed, candidate.names)
    if registration is not None:
        served = _as_served(registration, candidate)
        return served, Certainty.CERTAIN, ("decorator", *spoken)
    if overrides:
        given = next((c.signature_type for c in overrides if c.signature_type), None)
        signature = given or signature_of(candidate)
        if said is None and spoken == ("deploy-file",):
            signature = _fitting(signature, candidate)
        return Registration(signature), Certainty.CERTAIN, spoken
    if candidate.placed.binding.kind is not BindingKind.DEFINITION:
        return None
    verdict = weigh(candidate)
    if not verdict.is_likely:
        return None
    return Registration(verdict.signature_type), Certainty.LIKELY, verdict.evidence


def _as_served(registration: Registration, candidate: Candidate) -> Registration:
    """Return how production treats a decorator under the name in the source.

    functions_framework registers the name of the definition. Under any other name the
    function loses its signature type and is served as synchronous HTTP.
    """
    is_renamed = candidate.name != candidate.definition.name
    if is_renamed and registration.provider == "functions-framework":
        return Registration(SignatureType.HTTP)
    return registration


def _fitting(signature: SignatureType, candidate: Candidate) -> SignatureType:
    """Return the signature type of a deployed trigger, if the parameters allow it."""
    events = {SignatureType.EVENT, SignatureType.CLOUDEVENT}
    if signature in events and candidate.accepts(1) != candidate.accepts(2):
        one = candidate.accepts(1)
        return SignatureType.CLOUDEVENT if one else SignatureType.EVENT
    return signature


def _defined(
    source: Module, name: str, placed: Placed, names: Names, *, overridden: bool
) -> Local | None:
    """Return the definition or call that a name of the source resolves to."""
    kind = placed.binding.kind
    if kind in {BindingKind.DEFINITION, BindingKind.CALL}:
        return Local(source, placed)
    if kind not in {BindingKind.IMPORT, BindingKind.STAR, BindingKind.ALIAS}:
        return None
    if _is_plain_module(source, name, placed):
        return None
    meaning = next(names.meanings(source, name), None)
    if not isinstance(meaning, Local):
        return None
    if kind is BindingKind.ALIAS and meaning.module is source and not overridden:
        return None
    return meaning


def _is_plain_module(source: Module, name: str, placed: Placed) -> bool:
    """Return whether a name refers to a whole module, as after `import json`."""
    binding = placed.binding
    return (
        binding.kind is BindingKind.IMPORT
        and not binding.level
        and "." not in binding.target
        and len(source.names[name]) == 1
    )


def _definition_of(module: Module, placed: Placed, names: Names) -> Definition | None:
    """Return the definition to serve: for a call, that of its argument."""
    binding = placed.binding
    if binding.kind is BindingKind.DEFINITION:
        return binding.definition
    if binding.kind is BindingKind.CALL and binding.arguments:
        for meaning in names.meanings(module, binding.arguments[-1]):
            if isinstance(meaning, Local) and meaning.placed.binding.definition:
                return meaning.placed.binding.definition
    return None


def _registration(module: Module, placed: Placed, names: Names) -> Registration | None:
    binding = placed.binding
    if binding.kind is BindingKind.CALL:
        targets = [binding.target]
    elif binding.definition is not None:
        targets = [decorator.target for decorator in binding.definition.decorators]
    else:
        return None
    for target in targets:
        for meaning in names.meanings(module, target):
            if isinstance(meaning, str):
                found = registration_of(meaning)
            else:
                found = _registration_in(meaning, names)
            if found:
                return found
    return None


def _registration_in(decorator: Local, names: Names) -> Registration | None:
    """Return what a decorator defined in the workspace registers in its body."""
    definition = decorator.placed.binding.definition
    if definition is None or definition.body is None:
        return None
    for called in definition.body.calls:
        for meaning in names.meanings(decorator.module, called):
            if isinstance(meaning, str) and (found := registration_of(meaning)):
                return found
    return None
