"""Commands that deploy or serve a function, as lists of words.

Those of gcloud, of containers, and of functions-framework itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.discovery.deploy.deployment import Deployment
from funclens.discovery.deploy.flags import flags_of
from funclens.discovery.deploy.gcloud import (
    TARGET_VARIABLE,
    deployed_by_gcloud,
    is_deploy,
)
from funclens.model import SignatureType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from funclens.discovery.deploy.flags import Flags
    from funclens.discovery.deploy.place import Place

__all__ = ["INTERESTING", "deployments_of"]

_FRAMEWORKS = frozenset(
    {"functions-framework", "functions-framework-python", "functions_framework"}
)
_BUILDERS = frozenset({"pack", "docker", "podman", "nerdctl"})
_APP = re.compile(r"functions_framework:create_app\((?:[\"'](\w+)[\"'])?")
INTERESTING = re.compile(r"gcloud|functions[-_]framework|FUNCTION_TARGET")
"""Matches any text that may deploy or serve something."""
_INSTALLS = frozenset({"install", "add", "uninstall", "remove", "which", "-v"})


def deployments_of(
    words: Sequence[str | None],
    place: Place,
    bases: tuple[str, ...],
    environment: Mapping[str, str] | None = None,
    read: Callable[[str], str | None] | None = None,
) -> Iterator[Deployment]:
    """Yield what a command deploys or serves.

    `words` may begin with programs that run another one, such as `sudo`; `environment`
    holds its variables; `read` returns the text of a file it names.
    """
    for index, word in enumerate(words):
        program = (word or "").rpartition("/")[2]
        program = program.removesuffix(".cmd").removesuffix(".exe")
        if program == "gcloud" or (word is None and is_deploy(words[index + 1 :])):
            # `$GCLOUD functions deploy`: no other program has these subcommands.
            yield from deployed_by_gcloud(words[index + 1 :], place, bases, read)
            return
        if program in _BUILDERS or "functions_framework:create_app" in program:
            yield from _target_of(words[index:], place, bases, environment or {})
            return
        if program in _FRAMEWORKS and not _INSTALLS.intersection(words[:index]):
            found = _framework(
                flags_of(words[index + 1 :]), place, bases, environment or {}
            )
            if found is not None:
                yield found
            return


def _target_of(
    words: Sequence[str | None],
    place: Place,
    bases: tuple[str, ...],
    environment: Mapping[str, str],
) -> Iterator[Deployment]:
    """Yield what an image is built or run for, according to its environment.

    If the container's command runs functions-framework, that command is read instead.
    """
    programs = {(word or "").rpartition("/")[2] for word in words[1:]}
    if programs & _FRAMEWORKS or "install" in programs:
        yield from deployments_of(words[1:], place, bases, environment)
        return
    app = _APP.search(words[0] or "")
    flags = flags_of(words[1:])
    given = flags.value("--env", "-e") or ""
    match = TARGET_VARIABLE.search(given)
    target = match[1] if match else None
    if app:
        target = app[1] or environment.get("FUNCTION_TARGET")
    if target:
        folder = flags.value("--path", "-p") if words[0] == "pack" else None
        inside = app is not None or words[0] == "pack"
        yield Deployment(
            file=place.file,
            span=place.span(target),
            entry_point=target,
            folder=(folder or ".") if inside else None,
            bases=bases,
            generation=2,
        )


SIGNATURES: Mapping[str, SignatureType] = {
    **{kind.value: kind for kind in SignatureType},
    "cloudevent": SignatureType.CLOUDEVENT,
}


def _framework(
    flags: Flags,
    place: Place,
    bases: tuple[str, ...],
    environment: Mapping[str, str],
) -> Deployment | None:
    target = flags.value("--target")
    if "--target" not in flags.values:
        target = environment.get("FUNCTION_TARGET")
    if not target:
        return None
    path = flags.value("--source") or environment.get("FUNCTION_SOURCE") or "main.py"
    folder, _, source = path.rpartition("/")
    is_unknown = "--source" in flags.values and flags.value("--source") is None
    kind = flags.value("--signature-type") or environment.get("FUNCTION_SIGNATURE_TYPE")
    signature = SIGNATURES.get(kind or "")
    return Deployment(
        file=place.file,
        span=place.span(target),
        entry_point=target,
        folder=None if is_unknown else folder or ("/" if path.startswith("/") else "."),
        bases=bases,
        source=None if source == "main.py" else source,
        signature_type=signature,
        trigger=None
        if signature is None
        else "http"
        if signature is SignatureType.HTTP
        else "event",
        asgi="--asgi" in flags.values,
    )
