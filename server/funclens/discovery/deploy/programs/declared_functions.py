"""Which calls of a program create functions, and from which source."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.discovery.deploy.deployment import (
    Deployment,
    is_deployable_name,
    signature_of_trigger,
)
from funclens.discovery.deploy.programs.program_triggers import (
    options_in,
    triggers_in,
)
from funclens.discovery.deploy.programs.program_values import (
    Attribute,
    Fields,
    Joined,
    Listed,
    Made,
    OneOf,
    Text,
    Value,
    get,
    texts,
)
from funclens.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from funclens.discovery.deploy.deployment import TriggerKind

__all__ = ["Program", "deployments_of"]

_FUNCTION = re.compile(
    r"(?:^|[.:/])cloudfunctions(?P<second>v2|2)?(?:[.:/]v\d\w*)?[.:/](?:function:)?Function$"
    r"|(?:^|\.)(?:Google)?Cloudfunctions(?P<two>2)?Function$"
)
_OBJECT = re.compile(r"(?:^|[.:/])(?:Google)?(?:Storage)?BucketObject$")
_ARCHIVE = re.compile(
    r"(?:^|[.:/])(?:FileArchive|DataArchiveFile|TerraformAsset|fileArchive)$"
)
_ASSETS = re.compile(r"(?:^|[.:/])(?:AssetArchive|assetArchive)$")
_PATHS = ("sourcedir", "path", "sourcefile")
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Program:
    """One file of a program."""

    path: str
    folder: str
    """Absolute path of the folder in which the program runs."""


def deployments_of(made: Iterable[Made], program: Program) -> Iterator[Deployment]:
    """Yield the functions among the resources a program creates."""
    for call in made:
        kind = _FUNCTION.search(call.callee)
        if kind is not None:
            second = bool(kind["second"] or kind["two"])
            yield from _deployments(call, program, second=second)


def _deployments(call: Made, program: Program, *, second: bool) -> Iterator[Deployment]:
    fields: Value = get(call, "args") or call
    build = get(fields, "buildconfig")
    if isinstance(build, Listed) and build.items:
        build = build.items[0]
    of = build if build is not None else fields
    object_ = (
        get(of, "source", "storagesource", "object")
        or get(fields, "sourcearchiveobject")
        or get(fields, "sourcearchiveurl")
    )
    variables = get(
        of, "environmentvariables" if second else "buildenvironmentvariables"
    )
    source = next(texts(get(variables, "googlefunctionsource")), None)
    trigger = _trigger(fields, second=second)
    folders = list(dict.fromkeys(_folders(object_, program, 0))) or [(None, None)]
    given = dict.fromkeys(text.text for text in texts(get(fields, "name")))
    names: list[str | None] = [name for name in given if is_deployable_name(name)]
    runtime = next(texts(get(of, "runtime")), None)
    event = get(fields, "eventtrigger")
    triggers = triggers_in(event, http=trigger == "http")
    options = options_in(fields, second=second)
    environment = get(fields, "environmentvariables") or get(
        fields, "serviceconfig", "environmentvariables"
    )
    for entry in texts(get(of, "entrypoint")):
        if not entry.text.isidentifier():
            continue
        for folder, archive in folders:
            for name in names or [None]:
                yield Deployment(
                    file=program.path,
                    span=entry.span or call.span or Span(1, 1, 1, 1),
                    entry_point=entry.text,
                    name=name,
                    folder=folder,
                    bases=(program.folder,),
                    source=source.text if source else None,
                    signature_type=signature_of_trigger(
                        http=trigger == "http",
                        event=trigger == "event",
                        second_generation=second,
                    ),
                    runtime=runtime.text if runtime else None,
                    trigger=trigger,
                    generation=2 if second else 1,
                    archive=archive,
                    triggers=triggers,
                    options=options,
                    variables=tuple(environment.items)
                    if isinstance(environment, Fields)
                    else (),
                )


def _trigger(fields: Value, *, second: bool) -> TriggerKind | None:
    if get(fields, "eventtrigger") is not None:
        return "event"
    if second or get(fields, "triggerhttp") or get(fields, "httpstrigger"):
        return "http"
    return None


def _folders(
    value: Value | None, program: Program, depth: int
) -> Iterator[tuple[str | None, str | None]]:
    """Yield the absolute folder or archive that a value resolves to."""
    if depth > _DEEPEST:
        return
    if isinstance(value, Attribute):
        yield from _folders(value.of, program, depth + 1)
    elif isinstance(value, (OneOf, Listed)):
        for item in value.items:
            yield from _folders(item, program, depth + 1)
    elif isinstance(value, Joined):
        for part in value.parts:
            if isinstance(part, Attribute):
                yield from _folders(part, program, depth + 1)
    elif isinstance(value, Made):
        yield from _made_of(value, program, depth)
    elif isinstance(value, Text) and value.text.endswith(".zip") and depth:
        yield None, _absolute(program, value.text)


def _made_of(
    made: Made, program: Program, depth: int
) -> Iterator[tuple[str | None, str | None]]:
    if _OBJECT.search(made.callee):
        fields: Value = get(made, "args") or made
        yield from _folders(get(fields, "source"), program, depth + 1)
    elif _ARCHIVE.search(made.callee):
        given = next((v for n in _PATHS if (v := get(made, n)) is not None), None)
        paths = [given] if given is not None else list(made.arguments[:1])
        for path in texts(OneOf(paths)):
            folder = _absolute(program, path.text)
            if folder.endswith(".py"):
                folder = os.path.dirname(folder)
            yield (None, folder) if folder.endswith(".zip") else (folder, None)
    elif _ASSETS.search(made.callee):
        items = [made.arguments[0]] if made.arguments else list(made.named.values())
        for item in items:
            for key in (".", "", "./", "main.py"):
                inner = item.items.get(key) if isinstance(item, Fields) else None
                for path in texts(_only_argument(inner)):
                    made_of = _absolute(program, path.text)
                    is_file = key == "main.py"
                    yield os.path.dirname(made_of) if is_file else made_of, None
    else:
        # A string built from an object's name.
        for item in made.arguments:
            if isinstance(item, Attribute):
                yield from _folders(item, program, depth + 1)


def _only_argument(value: Value | None) -> Value | None:
    if not isinstance(value, Made):
        return None
    return next(iter([*value.arguments[:1], *value.named.values()]), None)


def _absolute(program: Program, path: str) -> str:
    return os.path.normpath(os.path.join(program.folder, path))
