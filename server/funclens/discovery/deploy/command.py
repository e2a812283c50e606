"""Commands that deploy or serve a function, as lists of words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from funclens.discovery.deploy.deployment import Deployment, signature_of_trigger
from funclens.model import SignatureType, Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Flags", "deployment_of", "flags_of"]

_SWITCHES = frozenset(
    {"--gen2", "--no-gen2", "--trigger-http", "--allow-unauthenticated", "--quiet"}
    | {"--no-allow-unauthenticated", "--retry", "--no-retry", "-q", "--debug"}
    | {"--serve-all-traffic-latest-revision", "--async", "--clear-env-vars"}
)
_EVENT_FLAGS = (
    "--trigger-topic",
    "--trigger-bucket",
    "--trigger-event",
    "--trigger-resource",
    "--trigger-event-filters",
)


@dataclass(slots=True)
class Flags:
    """The words of a command, sorted. A value is None where it is not known."""

    names: list[str | None] = field(default_factory=list)
    values: dict[str, str | None] = field(default_factory=dict)

    def value(self, *flags: str) -> str | None:
        """Return the value of the first of these flags that is given."""
        return next((self.values[flag] for flag in flags if flag in self.values), None)


def flags_of(words: Sequence[str | None]) -> Flags:
    """Sort words into names and flags; None stands for a word that is not known."""
    found = Flags()
    pending: str | None = None
    for word in words:
        if word is None:
            if pending is not None:
                found.values[pending] = None
                pending = None
            else:
                found.names.append(None)
            continue
        if word.startswith("-") and len(word) > 1:
            flag, equals, value = word.partition("=")
            found.values[flag] = value if equals else None
            pending = None if equals or flag in _SWITCHES else flag
        elif pending is not None:
            found.values[pending] = word
            pending = None
        else:
            found.names.append(word)
    return found


def deployment_of(
    words: Sequence[str | None], file: str, span: Span, bases: tuple[str, ...]
) -> Deployment | None:
    """Return what a command deploys or serves, or None when it does neither.

    `words` begin with the name of the program.
    """
    plain = [word for word in words if word is None or not word.startswith("-")]
    program = (words[0] or "").rpartition("/")[2] if words else ""
    if program == "gcloud":
        verbs = [word for word in plain[1:] if word not in {"beta", "alpha"}]
        if verbs[:2] == ["functions", "deploy"]:
            return _functions_deploy(_after(words, "deploy"), file, span, bases)
        if verbs[:2] == ["run", "deploy"]:
            return _run_deploy(_after(words, "deploy"), file, span, bases)
    if program in {"functions-framework", "functions-framework-python"}:
        return _framework(flags_of(words[1:]), file, span, bases)
    return None


def _after(words: Sequence[str | None], verb: str) -> Flags:
    return flags_of(words[words.index(verb) + 1 :])


def _functions_deploy(
    flags: Flags, file: str, span: Span, bases: tuple[str, ...]
) -> Deployment:
    name = flags.names[0] if flags.names else None
    entry_point = flags.value("--entry-point")
    if "--entry-point" not in flags.values and name and name.isidentifier():
        entry_point = name
    event = any(flag in flags.values for flag in _EVENT_FLAGS)
    second = True if "--gen2" in flags.values else None
    if "--no-gen2" in flags.values:
        second = False
    return Deployment(
        file=file,
        span=span,
        entry_point=entry_point,
        name=name,
        folder=_folder(flags),
        bases=bases,
        source=_source(flags.value("--set-build-env-vars", "--update-build-env-vars")),
        signature_type=signature_of_trigger(
            http="--trigger-http" in flags.values, event=event, second_generation=second
        ),
        runtime=flags.value("--runtime"),
    )


def _run_deploy(
    flags: Flags, file: str, span: Span, bases: tuple[str, ...]
) -> Deployment | None:
    if "--function" not in flags.values:
        return None
    return Deployment(
        file=file,
        span=span,
        entry_point=flags.value("--function"),
        name=flags.names[0] if flags.names else None,
        folder=_folder(flags),
        bases=bases,
        source=_source(flags.value("--set-build-env-vars")),
        runtime=flags.value("--base-image"),
    )


def _folder(flags: Flags) -> str | None:
    """Return the source folder: `.` when none is named, None when unknown."""
    value = flags.value("--source")
    if "--source" not in flags.values:
        return "."
    return None if value is None or "://" in value else value


def _source(variables: str | None) -> str | None:
    for pair in (variables or "").split(","):
        key, _, value = pair.partition("=")
        if key.strip() == "GOOGLE_FUNCTION_SOURCE":
            return value.strip()
    return None


_SIGNATURES: Mapping[str, SignatureType] = {
    **{kind.value: kind for kind in SignatureType},
    "cloudevent": SignatureType.CLOUDEVENT,
}


def _framework(
    flags: Flags, file: str, span: Span, bases: tuple[str, ...]
) -> Deployment | None:
    target = flags.value("--target")
    if "--target" not in flags.values:
        return None
    path = flags.value("--source")
    folder, _, source = (path or "main.py").rpartition("/")
    if "--source" in flags.values and path is None:
        return None
    return Deployment(
        file=file,
        span=span,
        entry_point=target,
        folder=folder or ".",
        bases=bases,
        source=None if source == "main.py" else source,
        signature_type=_SIGNATURES.get(flags.value("--signature-type") or ""),
    )
