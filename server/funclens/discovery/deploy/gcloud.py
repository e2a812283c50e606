"""Commands of gcloud that deploy a function, as lists of words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.discovery.deploy.deployment import Deployment, signature_of_trigger
from funclens.discovery.deploy.flags import Flags, flags_of
from funclens.discovery.deploy.trigger_commands import triggered_by_gcloud
from funclens.discovery.deploy.trigger_flags import (
    EVENT_FLAGS,
    options_of_flags,
    pairs_of,
    triggers_of_flags,
)
from funclens.model import SignatureType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from funclens.discovery.deploy.deployment import TriggerKind
    from funclens.discovery.deploy.place import Place

__all__ = ["TARGET_VARIABLE", "deployed_by_gcloud", "is_deploy", "source_word"]

TARGET_VARIABLE = re.compile(
    r"(?:^|,)(?:GOOGLE_)?FUNCTION_TARGET=([A-Za-z_]\w*)(?:,|$)"
)
"""The function in a list of environment variables."""
_NAME = re.compile(r"[A-Za-z][\w-]*")


def is_deploy(words: Sequence[str | None]) -> bool:
    """Say whether words tell gcloud to deploy a function."""
    verbs = [word for word in words[:3] if word not in {"beta", "alpha"}]
    return verbs[:2] == ["functions", "deploy"]


def source_word(words: Sequence[str]) -> str | None:
    """Return the value of `--source` in a command, whether known or not."""
    for index, word in enumerate(words):
        if word == "--source" and index + 1 < len(words):
            return words[index + 1]
        if word.startswith("--source="):
            return word.partition("=")[2]
    return None


def deployed_by_gcloud(
    words: Sequence[str | None],
    place: Place,
    bases: tuple[str, ...],
    read: Callable[[str], str | None] | None,
) -> Iterator[Deployment]:
    """Yield what the words after `gcloud` deploy."""
    given = flags_of(words).names
    verbs = [word for word in given if word not in {"beta", "alpha"}]
    if verbs[:2] == ["builds", "submit"]:
        pack = flags_of(words).value("--pack") or ""
        match = re.search(r"(?:^|,)env=GOOGLE_FUNCTION_TARGET=(\w+)", pack)
        if match:
            yield Deployment(
                place.file, place.span(match[1]), match[1], folder=".", bases=bases
            )
    if "deploy" not in verbs:
        yield from triggered_by_gcloud(words, place)
        return
    rest = list(words[words.index("deploy") + 1 :])
    leading = [w for w in verbs[: verbs.index("deploy")] if w is not None]
    if leading not in (["functions"], ["run"]):
        return
    flags = flags_of(rest)
    file = flags.value("--flags-file")
    if file is not None and read is not None:
        flags = _with_file(flags, read(file) or "")
    if leading == ["functions"]:
        yield _functions_deploy(flags, place, bases)
    elif "--function" in flags.values or TARGET_VARIABLE.search(
        flags.value("--set-build-env-vars", "--update-build-env-vars") or ""
    ):
        yield _run_deploy(flags, place, bases)


def _with_file(flags: Flags, text: str) -> Flags:
    """Add the flags of a flags file, one `--flag: value` per line."""
    found = Flags(list(flags.names), {})
    for line in text.splitlines()[:500]:
        match = re.match(r"\s*(?:-\s+)?(--[\w-]+)\s*:\s*(.*)", line)
        if match:
            value = re.sub(r"\s+#.*", "", match[2]).strip().strip("\"'")
            found.values[match[1]] = value
    found.values |= flags.values
    return found


def _functions_deploy(flags: Flags, place: Place, bases: tuple[str, ...]) -> Deployment:
    name = flags.names[0] if flags.names else None
    name = _valid(name.rpartition("/")[2]) if name else None
    entry_point = flags.value("--entry-point")
    if "--entry-point" not in flags.values and name and name.isidentifier():
        entry_point = name
    event = any(flag in flags.values for flag in EVENT_FLAGS)
    http = "--trigger-http" in flags.values
    second = True if "--gen2" in flags.values else None
    if "--no-gen2" in flags.values:
        second = False
    generation = None if second is None else 2 if second else 1
    given = {"--runtime", "--trigger-http", "--entry-point", *EVENT_FLAGS}
    return Deployment(
        file=place.file,
        span=place.span(entry_point, name),
        entry_point=entry_point or None,
        name=name,
        folder=_folder(flags),
        bases=bases,
        source=_source(flags.value("--set-build-env-vars", "--update-build-env-vars")),
        signature_type=signature_of_trigger(
            http=http, event=event, second_generation=second
        ),
        runtime=flags.value("--runtime"),
        trigger=_trigger(http=http, event=event),
        generation=generation,
        is_update=given.isdisjoint(flags.values)
        or (None in flags.names and "--entry-point" not in flags.values),
        project=flags.value("--project"),
        region=flags.value("--region"),
        variables=_variables(flags),
        triggers=triggers_of_flags(flags, generation=generation, is_whole=True),
        options=replace(options_of_flags(flags), is_cloud_function=True),
    )


def _valid(name: str) -> str | None:
    """Return the name if it is valid for a function or service, else None."""
    return name if _NAME.fullmatch(name) else None


def _variables(flags: Flags) -> tuple[str, ...]:
    """Return the names of the environment variables set by the deployment."""
    found: list[str] = []
    for flag in ("--set-env-vars", "--update-env-vars", "--set-secrets"):
        given = pairs_of(flags.values.get(flag))
        found += [name for name in given if name.isidentifier()]
    return tuple(dict.fromkeys(found))


def _trigger(*, http: bool, event: bool) -> TriggerKind | None:
    if http == event:
        return None
    return "http" if http else "event"


def _run_deploy(flags: Flags, place: Place, bases: tuple[str, ...]) -> Deployment:
    entry_point = flags.value("--function")
    built = flags.value("--set-build-env-vars", "--update-build-env-vars")
    match = TARGET_VARIABLE.search(built or "")
    if "--function" not in flags.values and match:
        entry_point = match[1]
    name = _valid(flags.names[0]) if flags.names and flags.names[0] else None
    return Deployment(
        file=place.file,
        span=place.span(entry_point, name),
        entry_point=entry_point,
        name=name,
        folder=_folder(flags),
        bases=bases,
        source=_source(flags.value("--set-build-env-vars", "--update-build-env-vars")),
        runtime=flags.value("--base-image"),
        generation=2,
        signature_type=_signature(built),
        variables=_variables(flags),
        options=options_of_flags(flags),
    )


def _folder(flags: Flags) -> str | None:
    """Return the source folder: `.` by default, None if unknown."""
    value = flags.value("--source")
    if "--source" not in flags.values:
        return "."
    return None if not value or "://" in value else value


def _signature(variables: str | None) -> SignatureType | None:
    """Return the signature type in the environment of a build, or None."""
    kind = pairs_of(variables).get("GOOGLE_FUNCTION_SIGNATURE_TYPE")
    found = {item.value: item for item in SignatureType}
    return found.get(kind or "")


def _source(variables: str | None) -> str | None:
    return pairs_of(variables).get("GOOGLE_FUNCTION_SOURCE")
