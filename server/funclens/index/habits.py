"""What a definition does, says and stands among: habits of each platform's code."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from funclens.index.facts import BindingKind
from funclens.index.shape import has_event_and_context

if TYPE_CHECKING:
    from funclens.index.candidate import Candidate
    from funclens.index.facts import Module

__all__ = [
    "has_aws_name",
    "has_foreign_annotation",
    "has_foreign_decorator",
    "has_handler_name",
    "has_test_name",
    "imports_aws",
    "imports_foreign_framework",
    "imports_google",
    "is_beside_decorated",
    "is_called_elsewhere",
    "is_called_with_request",
    "is_chat_bot_handler",
    "is_documented",
    "is_imported_beside",
    "is_in_aws_project",
    "is_in_django_project",
    "is_near_functions",
    "is_only_function",
    "is_private",
    "is_used_as_cloud_event",
    "is_used_as_event",
    "is_used_as_request",
    "returns_no_response",
    "uses_aws_event",
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
_GOOGLE_IMPORTS = re.compile(
    r"(?:google\.(?:cloud|api_core|auth|oauth2|events|protobuf)|googleapiclient"
    r"|functions_framework|firebase_\w+|cloudevents|gcsfs|gspread|pandas_gbq|apiclient"
    r"|vertexai)\b"
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
_FRAMEWORK_USE = re.compile(
    r"functions_framework|_fn\.o|^(?:ff|aio)\.|^cloud_event$|^http$"
)
_CHAT_LIBRARIES = re.compile(r"(?:telegram|telebot|aiogram|discord|vk_api|slixmpp)\b")
_AWS_NAME = re.compile(r"\w*lambda\w*|aws_\w+", re.IGNORECASE)
_TEST_NAME = re.compile(r"(?:test|pytest)_\w*")


def is_documented(candidate: Candidate) -> bool:
    """Say whether its docstring or the comment above speaks of a cloud function."""
    if not (candidate.accepts(1) or candidate.accepts(2)):
        return False
    if not candidate.definition.parameters:
        return False
    return _DOCUMENTED.search(candidate.words) is not None


def uses_request(candidate: Candidate) -> bool:
    """Say whether it asks its parameter what one asks a Flask request."""
    return any(_REQUEST_USES.fullmatch(use) for use in candidate.uses(0))


def is_used_as_request(candidate: Candidate) -> bool:
    """Say whether its one parameter, of any name, is asked what only Flask knows."""
    return candidate.accepts(1) and not _FLASK_USES.isdisjoint(candidate.uses(0))


def is_used_as_event(candidate: Candidate) -> bool:
    """Say whether its two parameters, of any names, are an event and its context."""
    return candidate.accepts(2) and not _GOOGLE_CONTEXT.isdisjoint(candidate.uses(1))


def is_used_as_cloud_event(candidate: Candidate) -> bool:
    """Say whether its one parameter has the data and the attributes of a CloudEvent."""
    uses = candidate.uses(0)
    return (
        candidate.accepts(1)
        and ".data" in uses
        and not _CLOUD_EVENT_KEYS.isdisjoint(_keys(uses))
    )


def is_imported_beside(candidate: Candidate) -> bool:
    """Say whether a module of its folder imports it: a helper of that module."""
    own = candidate.module
    if candidate.surroundings.is_main:
        return False
    return any(
        other is not None and other is not own and _imports_name(other, candidate.name)
        for other in map(candidate.names.find, candidate.surroundings.siblings)
    )


def _imports_name(module: Module, name: str) -> bool:
    return any(
        placed.binding.kind is BindingKind.IMPORT
        and placed.binding.target.rpartition(".")[2] == name
        for placed in module.imports
    )


def uses_google_event(candidate: Candidate) -> bool:
    """Say whether it reads a background event or its context."""
    if not has_event_and_context(candidate):
        return False
    if not _GOOGLE_CONTEXT.isdisjoint(candidate.uses(1)):
        return True
    keys = _keys(candidate.uses(0))
    if "data" in keys and candidate.calls("b64decode"):
        return True
    return not _GOOGLE_EVENT_KEYS.isdisjoint(keys)


def uses_aws_event(candidate: Candidate) -> bool:
    """Say whether it reads a Lambda event or its context."""
    if not _AWS_EVENT_KEYS.isdisjoint(_keys(candidate.uses(0))):
        return True
    if not _AWS_CONTEXT.isdisjoint(candidate.uses(1)):
        return True
    return has_event_and_context(candidate) and _returns_status_code(candidate)


def imports_google(candidate: Candidate) -> bool:
    """Say whether its module imports libraries of Google's cloud."""
    return candidate.imports(_GOOGLE_IMPORTS)


def imports_aws(candidate: Candidate) -> bool:
    """Say whether its module imports Amazon's libraries and none of Google's."""
    return (
        has_event_and_context(candidate)
        and candidate.imports(_AWS_IMPORTS)
        and not candidate.imports(_GOOGLE_IMPORTS)
    )


def has_aws_name(candidate: Candidate) -> bool:
    """Say whether its name is one of Lambda's."""
    return has_event_and_context(candidate) and (
        _AWS_NAME.fullmatch(candidate.name) is not None
    )


def has_handler_name(candidate: Candidate) -> bool:
    """Say whether it has the name that Lambda expects when it is told nothing else."""
    return has_event_and_context(candidate) and candidate.name == "handler"


def is_in_aws_project(candidate: Candidate) -> bool:
    """Say whether it handles events below a template of Amazon's."""
    return has_event_and_context(candidate) and (
        "aws" in candidate.surroundings.platforms
    )


def is_in_django_project(candidate: Candidate) -> bool:
    """Say whether it handles requests below a manage.py."""
    return "django" in candidate.surroundings.platforms and not (
        has_event_and_context(candidate)
    )


def imports_foreign_framework(candidate: Candidate) -> bool:
    """Say whether its module imports another web or task framework."""
    return candidate.imports(_FOREIGN_FRAMEWORKS)


def is_chat_bot_handler(candidate: Candidate) -> bool:
    """Say whether it handles updates of a chat library: `(update, context)`."""
    first = candidate.positional[0].name if candidate.positional else ""
    return first in {"update", "self", "cls", "bot", "ctx"} or (
        has_event_and_context(candidate) and candidate.imports(_CHAT_LIBRARIES)
    )


def has_foreign_annotation(candidate: Candidate) -> bool:
    """Say whether an annotation names a type of another framework."""
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
    """Say whether a decorator is neither the workspace's nor known to be neutral."""
    return any(
        not is_local
        and not any(_NEUTRAL_DECORATORS.match(name) for name in (*names, target))
        for target, names, is_local in candidate.decorator_names()
    )


def is_called_elsewhere(candidate: Candidate) -> bool:
    """Say whether its module or source uses it: a helper, not an entry."""
    return candidate.mentions > 0


def is_called_with_request(candidate: Candidate) -> bool:
    """Say whether what is called takes a request: events are handed on more often."""
    return is_called_elsewhere(candidate) and not has_event_and_context(candidate)


def is_beside_decorated(candidate: Candidate) -> bool:
    """Say whether its module decorates other definitions as functions."""
    return any(
        _FRAMEWORK_USE.search(decorator.target)
        for bindings in candidate.module.names.values()
        if bindings[-1].binding.definition
        for decorator in bindings[-1].binding.definition.decorators
    )


def is_near_functions(candidate: Candidate) -> bool:
    """Say whether functions stand in its folder or in one beside it.

    That says nothing of `main.py`, which is a source wherever it stands.
    """
    around = candidate.surroundings
    return around.near_functions and not around.is_main


def is_only_function(candidate: Candidate) -> bool:
    """Say whether no other public definition stands in its module."""
    return not any(
        bindings[-1].binding.kind is BindingKind.DEFINITION
        and not name.startswith("_")
        and name != candidate.placed.binding.name
        for name, bindings in candidate.module.names.items()
    )


def is_private(candidate: Candidate) -> bool:
    """Say whether its name begins with an underscore."""
    return candidate.name.startswith("_")


def has_test_name(candidate: Candidate) -> bool:
    """Say whether its name is that of a test or of a hook of pytest."""
    return _TEST_NAME.fullmatch(candidate.name) is not None


def returns_no_response(candidate: Candidate) -> bool:
    """Say whether it takes a request and answers with a truth value."""
    body = candidate.definition.body
    if body is None or has_event_and_context(candidate):
        return False
    if candidate.surroundings.is_main:
        # Not called by anybody there, it is an entry all the same.
        return False
    return any(
        isinstance(value, ast.Compare)
        or (isinstance(value, ast.Constant) and isinstance(value.value, bool))
        for value in body.returned
    )


def _keys(uses: frozenset[str]) -> frozenset[str]:
    return frozenset(use[2:-2] for use in uses if use.startswith("['"))


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
