"""Negative signals: code of other platforms and frameworks."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from funclens.discovery.scoring.signals import GOOGLE_IMPORTS, keys_in
from funclens.discovery.scoring.signature import has_event_and_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.resolve.facts import Module
    from funclens.discovery.scoring.candidate import Candidate

__all__ = [
    "has_aws_name",
    "has_foreign_annotation",
    "has_foreign_decorator",
    "has_handler_name",
    "has_test_name",
    "has_unknown_decorator",
    "imports_aws",
    "imports_foreign_framework",
    "is_asynchronous",
    "is_chat_bot_handler",
    "is_in_aws_project",
    "is_in_django_project",
    "is_run_as_script",
    "uses_aws_event",
]

_RUN = re.compile(r"\brun\(\s*(?:(main)\s*=\s*)?(\w+)")
_AWS_EVENT_KEYS = frozenset(
    {"Records", "queryStringParameters", "pathParameters", "requestContext"}
    | {"httpMethod", "detail-type", "rawPath", "multiValueHeaders", "isBase64Encoded"}
    | {"stageVariables", "invokingEvent", "ResourceProperties", "RequestType"}
    | {"currentIntent", "awslogs", "resourcePath", "multiValueQueryStringParameters"}
    | {"authorizationToken", "methodArn", "triggerSource", "userPoolId", "sessionState"}
)
_AWS_CONTEXT = frozenset(
    {".aws_request_id", ".invoked_function_arn", ".get_remaining_time_in_millis"}
    | {".function_name", ".function_version", ".memory_limit_in_mb", ".log_stream_name"}
    | {".log_group_name", ".client_context", ".identity"}
)
_AWS_IMPORTS = re.compile(
    r"(?:boto3|botocore|aioboto3|aws_lambda_powertools|aws_xray_sdk|mangum|chalice"
    r"|awswrangler|ask_sdk\w*|samtranslator|zappa|aws_cdk|moto)\b"
)
_FOREIGN_FRAMEWORKS = re.compile(
    r"(?:django|rest_framework|fastapi|aiohttp\.web|sanic|tornado|bottle|pyramid|quart"
    r"|falcon|cherrypy|flask_admin|flask_restful|flask_restx|pytest|celery|litestar"
    r"|starlette\.(?:applications|routing|endpoints|middleware)|wagtail|ninja|webob"
    r"|azure\.functions|dagster|allauth|robyn|blacksheep|responder|hug)\b"
)
_FOREIGN_TYPES = re.compile(
    r"(?:django|rest_framework|fastapi|aiohttp|sanic|tornado|bottle|pyramid|quart"
    r"|falcon|azure|_?pytest|aws_lambda_powertools|grpc|starlette|telegram|discord"
    r"|celery|litestar|litestar|httpx|requests|urllib|wagtail|oauthlib|chalice|moto)\b"
)
_NEUTRAL_DECORATORS = re.compile(
    r"(?:functools|contextlib|typing|typing_extensions|warnings|tenacity|retry|retrying"
    r"|backoff|flask_cors|opentelemetry|sentry_sdk|google|cachetools|structlog|loguru"
    r"|deprecated|deprecation|newrelic|ddtrace|beartype|typeguard|pydantic|elasticapm)\b"
)
_REGISTERS = re.compile(
    rf"(?:{_FOREIGN_FRAMEWORKS.pattern}|{_FOREIGN_TYPES.pattern}|{_AWS_IMPORTS.pattern}"
    r"|flask\w*|prefect|airflow|luigi|click|typer|hydra|numba|hypothesis|nox|invoke"
    r"|fabric|modal|ray|kopf|strawberry|ariadne|graphene|slack\w*|nonebot|kfp|mlflow"
    r"|metaflow|torch|tensorflow|jax|keras|streamlit|gradio|dash|nicegui|socketio"
    r"|connexion|eve|hug|behave|locust|mcp|fastmcp|langchain\w*|adk|crewai|agents)\b"
)
_CHAT_LIBRARIES = re.compile(r"(?:telegram|telebot|aiogram|discord|vk_api|slixmpp)\b")
_AWS_NAME = re.compile(r"\w*lambda\w*|aws_\w+", re.IGNORECASE)
_TEST_NAME = re.compile(r"(?:test|pytest)_\w*")


def uses_aws_event(candidate: Candidate) -> bool:
    """Return whether it reads a Lambda event or its context."""
    if not _AWS_EVENT_KEYS.isdisjoint(keys_in(candidate.uses(0))):
        return True
    if not _AWS_CONTEXT.isdisjoint(candidate.uses(1)):
        return True
    return (
        has_event_and_context(candidate)
        and _returns_status_code(candidate)
        and not _is_in_framework_project(candidate)
    )


def imports_aws(candidate: Candidate) -> bool:
    """Return whether its module imports AWS libraries and no Google libraries."""
    return (
        has_event_and_context(candidate)
        and candidate.imports(_AWS_IMPORTS)
        and not candidate.imports(GOOGLE_IMPORTS)
        and not _is_in_framework_project(candidate)
    )


def has_aws_name(candidate: Candidate) -> bool:
    """Return whether its name is typical of Lambda."""
    return (
        has_event_and_context(candidate)
        and _AWS_NAME.fullmatch(candidate.name) is not None
        and not _is_in_framework_project(candidate)
    )


def has_handler_name(candidate: Candidate) -> bool:
    """Return whether it has the default handler name of Lambda or a like platform."""
    return (
        has_event_and_context(candidate)
        and candidate.name in {"handler", "main_handler", "handle"}
        and not _is_in_framework_project(candidate)
    )


def is_in_aws_project(candidate: Candidate) -> bool:
    """Return whether it handles events below an AWS template file."""
    return has_event_and_context(candidate) and (
        "aws" in candidate.project_context.platforms
    )


def is_in_django_project(candidate: Candidate) -> bool:
    """Return whether it handles requests below a manage.py."""
    return "django" in candidate.project_context.platforms and not (
        has_event_and_context(candidate)
    )


def imports_foreign_framework(candidate: Candidate) -> bool:
    """Return whether its module imports another web or task framework."""
    return candidate.imports(_FOREIGN_FRAMEWORKS)


def is_chat_bot_handler(candidate: Candidate) -> bool:
    """Return whether it handles chat library updates: `(update, context)`."""
    first = candidate.positional[0].name if candidate.positional else ""
    return first in {"update", "self", "cls", "bot", "ctx"} or (
        has_event_and_context(candidate) and candidate.imports(_CHAT_LIBRARIES)
    )


def has_foreign_annotation(candidate: Candidate) -> bool:
    """Return whether an annotation names a type of another framework."""
    returned = [
        full
        for name in candidate.definition.returns
        for full in candidate.full_names(name)
    ]
    return any(
        _FOREIGN_TYPES.match(name)
        for names in (*candidate.annotations, returned)
        for name in names
    )


def has_foreign_decorator(candidate: Candidate) -> bool:
    """Return whether a decorator registers it with another framework.

    Such a decorator is a method of an object, or exported by a framework.
    """
    return any(
        not names or any(_REGISTERS.match(name) for name in names)
        for names in _odd_decorators(candidate)
    )


def has_unknown_decorator(candidate: Candidate) -> bool:
    """Return whether a decorator of an unknown package wraps it."""
    return any(_odd_decorators(candidate))


def _odd_decorators(candidate: Candidate) -> Iterator[tuple[str, ...]]:
    """Yield the full names of decorators that are neither local nor neutral.

    A method of an object has no known full names.
    """
    for target, names, is_local in candidate.decorator_names():
        if not is_local and not any(
            _NEUTRAL_DECORATORS.match(name) for name in (*names, target)
        ):
            yield names if "." not in target else ()


def is_run_as_script(candidate: Candidate) -> bool:
    """Return whether it is passed to a script runner: `app.run(main)` of absl."""
    return candidate.name in _run(candidate.module)


@lru_cache(maxsize=4)
def _run(module: Module) -> frozenset[str]:
    """Return the names that a module passes to functions called `run`."""
    return frozenset(
        name for match in _RUN.finditer(module.text) for name in match.groups() if name
    )


def is_asynchronous(candidate: Candidate) -> bool:
    """Return whether it is a coroutine, which only functions_framework.aio awaits."""
    return candidate.definition.is_async and not _is_in_framework_project(candidate)


def has_test_name(candidate: Candidate) -> bool:
    """Return whether it is named like a test or a pytest hook."""
    return _TEST_NAME.fullmatch(candidate.name) is not None


def _is_in_framework_project(candidate: Candidate) -> bool:
    """Return whether its `main.py` requires a functions framework."""
    context = candidate.project_context
    return context.is_main and (
        context.requires_framework or candidate.module.names_framework
    )


def _returns_status_code(candidate: Candidate) -> bool:
    body = candidate.definition.body
    return body is not None and any(
        isinstance(value, ast.Dict)
        and any(
            isinstance(key, ast.Constant) and key.value == "statusCode"
            for key in value.keys
        )
        for value in body.returned
    )
