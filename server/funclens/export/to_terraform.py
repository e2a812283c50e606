"""Terraform: archives of the sources, the functions, and what calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.export.exported import Output, is_path
from funclens.export.function_wiring import resource_of
from funclens.export.terraform_callers import callers, event_block, filter_blocks
from funclens.export.writing.hcl import Block, Code, Value, hcl_text, literal

if TYPE_CHECKING:
    from funclens.export.exported import Exported, Request

__all__ = ["to_terraform"]

FILE = "main.tf"
_EXCLUDED = (".git/**", ".terraform/**", ".venv/**", "**/__pycache__/**")
_FIRST = "google_cloudfunctions_function"
_SECOND = "google_cloudfunctions2_function"


def to_terraform(request: Request) -> Output:
    """Return a root module that deploys each function."""
    folders = tuple(dict.fromkeys(item.folder for item in request.functions))
    blocks = [*_top(request), *_bucket()]
    for folder in folders:
        blocks += _archive(folder, folders)
    for item in request.functions:
        make = _first if item.generation == 1 else _second
        blocks.append(make(item, folders, request))
        blocks += callers(item, request)
    return Output({FILE: hcl_text(blocks)}, tuple(request.losses))


def address(item: Exported) -> str:
    """Return the address of the resource of a function."""
    return f"{_FIRST if item.generation == 1 else _SECOND}.{item.name}"


def _top(request: Request) -> list[Block]:
    required: dict[str, Value] = {
        "archive": {"source": "hashicorp/archive", "version": ">= 2.4"},
        "google": {"source": "hashicorp/google", "version": ">= 5.0"},
    }
    found = [
        Block("terraform", blocks=[Block("required_providers", (), required)]),
        Block("variable", ("project",), {"type": Code("string")}),
        Block("variable", ("region",), {"type": Code("string")}),
    ]
    if any(item.variables for item in request.functions):
        values: dict[str, Value] = {
            "description": "Values of environment variables, by name.",
            "type": Code("map(string)"),
            "sensitive": True,
        }
        found.append(Block("variable", ("environment",), values))
    provider = {"project": Code("var.project"), "region": Code("var.region")}
    return [*found, Block("provider", ("google",), provider)]


def _bucket() -> list[Block]:
    values: dict[str, Value] = {
        "name": Code('"${var.project}-functions-source"'),
        "location": Code("var.region"),
        "uniform_bucket_level_access": True,
    }
    return [Block("resource", ("google_storage_bucket", "source"), values)]


def _label(folder: str, folders: tuple[str, ...]) -> str:
    return f"source_{folders.index(folder) + 1}"


def _archive(folder: str, folders: tuple[str, ...]) -> list[Block]:
    label = _label(folder, folders)
    inside = "" if folder == "." else f"/{literal(folder)}"
    archive = {
        "type": "zip",
        "source_dir": Code(f'"${{path.module}}{inside}"'),
        "output_path": Code(f'"${{path.module}}/.terraform/{label}.zip"'),
        "excludes": _EXCLUDED,
    }
    uploaded = {
        "name": Code(f'"{label}-${{data.archive_file.{label}.output_md5}}.zip"'),
        "bucket": Code("google_storage_bucket.source.name"),
        "source": Code(f"data.archive_file.{label}.output_path"),
    }
    return [
        Block("data", ("archive_file", label), archive),
        Block("resource", ("google_storage_bucket_object", label), uploaded),
    ]


def _variables(item: Exported) -> dict[str, Code] | None:
    found = {name: Code(f'var.environment["{name}"]') for name in item.variables}
    return found or None


def _secret_blocks(item: Exported, request: Request) -> list[Block]:
    for path in filter(is_path, item.function.options.secrets):
        request.lose(item, "secrets", f"the secret behind the file '{path}' is unknown")
    return [
        Block(
            "secret_environment_variables",
            (),
            {
                "key": name,
                "project_id": Code("var.project"),
                "secret": name,
                "version": "latest",
            },
        )
        for name in item.secrets
    ]


def _build_variables(item: Exported) -> dict[str, str] | None:
    return {"GOOGLE_FUNCTION_SOURCE": item.other_main} if item.other_main else None


def _first(item: Exported, folders: tuple[str, ...], request: Request) -> Block:
    options = item.function.options
    label = _label(item.folder, folders)
    if (options.concurrency or 1) > 1:
        request.lose(item, "concurrency", "1st generation functions serve one request")
    trigger = item.wiring.primary
    is_http = trigger is not None and trigger.kind == "http"
    values = {
        "name": item.name,
        "region": item.region or Code("var.region"),
        "runtime": item.runtime,
        "entry_point": item.function.name,
        "source_archive_bucket": Code("google_storage_bucket.source.name"),
        "source_archive_object": Code(f"google_storage_bucket_object.{label}.name"),
        "trigger_http": True if is_http else None,
        "available_memory_mb": options.memory_mib,
        "timeout": options.timeout_seconds,
        "build_environment_variables": _build_variables(item),
        "environment_variables": _variables(item),
    }
    blocks = []
    if trigger is None:
        _lose_trigger(item, request)
    elif not is_http:
        resource = resource_of(trigger, "${var.project}") or ""
        text = literal(resource).replace("$${var.project}", "${var.project}")
        if trigger.kind == "pubsub":
            text = f"projects/${{var.project}}/topics/{text}"
        given = {"event_type": trigger.event_type, "resource": Code(f'"{text}"')}
        policy = []
        if trigger.retry is not None:
            policy = [Block("failure_policy", (), {"retry": trigger.retry})]
        blocks.append(Block("event_trigger", (), given, policy))
    blocks += _secret_blocks(item, request)
    return Block("resource", (_FIRST, item.name), values, blocks)


def _second(item: Exported, folders: tuple[str, ...], request: Request) -> Block:
    options = item.function.options
    label = _label(item.folder, folders)
    storage = {
        "bucket": Code("google_storage_bucket.source.name"),
        "object": Code(f"google_storage_bucket_object.{label}.name"),
    }
    source = Block("source", (), {}, [Block("storage_source", (), storage)])
    build = {
        "runtime": item.runtime,
        "entry_point": item.function.name,
        "environment_variables": _build_variables(item),
    }
    memory, concurrency = options.memory_mib, options.concurrency
    service = {
        "available_memory": None if memory is None else f"{memory}Mi",
        "available_cpu": "1" if (concurrency or 1) > 1 else None,
        "timeout_seconds": options.timeout_seconds,
        "max_instance_request_concurrency": concurrency,
        "environment_variables": _variables(item),
    }
    blocks = [
        Block("build_config", (), build, [source]),
        Block("service_config", (), service, _secret_blocks(item, request)),
    ]
    trigger = item.wiring.primary
    if trigger is None:
        _lose_trigger(item, request)
    elif trigger.kind != "http":
        request.lose_channel(item, trigger)
        blocks.append(event_block(item, trigger, filter_blocks(trigger)))
    name = {"name": item.name, "location": item.region or Code("var.region")}
    return Block("resource", (_SECOND, item.name), name, blocks)


def _lose_trigger(item: Exported, request: Request) -> None:
    request.lose_unknown_trigger(item)
    request.lose(item, "signature", "without a trigger, it is deployed for HTTP")
