"""A shell script of `gcloud run deploy --function` gcloud_words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.discovery.triggers.attached import service_name
from funclens.export import gcloud_words
from funclens.export.exported import Output
from funclens.export.gcloud_words import Words, quoted
from funclens.model import SignatureType

if TYPE_CHECKING:
    from funclens.export.exported import Exported, Request

__all__ = ["to_cloudrun"]

FILE = "deploy-run.sh"


def to_cloudrun(request: Request) -> Output:
    """Return a script that deploys each function as a Cloud Run service."""
    found = [_deploy(item, request) for item in request.functions]
    for item in request.functions:
        _lose(item, request)
        name = service_name(item.name)
        url = f'"https://{name}-$NUMBER.{gcloud_words.region(item)}.run.app"'
        if item.wiring.primary is not None and not item.is_http:
            found.append(gcloud_words.eventarc(item, item.wiring.primary, request))
        found += gcloud_words.connected(item, request, url)
    text = gcloud_words.script(found, "gcloud run deploy", request)
    return Output({FILE: text}, tuple(request.losses))


def _lose(item: Exported, request: Request) -> None:
    request.lose_name(item, "Cloud Run")
    request.lose_unknown_trigger(item)


def _deploy(item: Exported, request: Request) -> Words:
    options = item.function.options
    words = [
        *("gcloud", "run", "deploy", service_name(item.name)),
        f'--region="{gcloud_words.region(item)}"',
        f"--source={quoted(item.folder)}",
        f"--function={quoted(item.function.name)}",
        f"--base-image={quoted(item.runtime)}",
    ]
    if options.memory_mib is not None:
        words.append(f"--memory={options.memory_mib}Mi")
    if options.timeout_seconds is not None:
        words.append(f"--timeout={options.timeout_seconds}s")
    if item.concurrency is not None:
        words.append(f"--concurrency={item.concurrency}")
    build = {}
    if item.other_main:
        build["GOOGLE_FUNCTION_SOURCE"] = item.other_main
    if item.function.signature_type is not SignatureType.HTTP:
        kind = item.function.signature_type.value
        build["GOOGLE_FUNCTION_SIGNATURE_TYPE"] = kind
    if build:
        words.append(f"--set-build-env-vars={quoted(gcloud_words.pairs(build))}")
    return [*words, *gcloud_words.environment(item, request)]
