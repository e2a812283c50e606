"""What of functions-framework's own tests is not held against our app factory, and why.

Names are without parameters: what holds for a test holds for all of its parameters.
"""

from __future__ import annotations

_LEGACY = (
    "The behaviour of the first Python 3.7 runtime, which ENTRY_POINT asks for, is not "
    "reproduced: no deployment has it any more."
)
_NO_SOURCE = (
    "A unit is a source that was found. One that goes away later is a module that does "
    "not load, which the front door answers with 500."
)

FAILING = {
    "test_aio.py::test_invalid_function_definition_missing_function_file": _NO_SOURCE,
    "test_functions.py::test_invalid_function_definition_missing_function_file": (
        _NO_SOURCE
    ),
    "test_functions.py::"
    "test_invalid_function_definition_function_syntax_robustness_with_debug": (
        "With `--debug`, functions-framework answers 500 for a module that does not "
        "load. Here the front door does so, always, and no app is made."
    ),
    "test_functions.py::test_invalid_configuration": (
        "Functions and their source are found in the workspace: none can be missing "
        "from the manifest of a worker."
    ),
    "test_functions.py::test_legacy_function_check_env": _LEGACY,
    "test_functions.py::test_legacy_function_log_severity": _LEGACY,
    "test_functions.py::test_legacy_function_log_exception": _LEGACY,
    "test_functions.py::test_legacy_function_returns_none": _LEGACY,
    "test_timeouts.py::test_timeout_sync_worker_kills_on_timeout": (
        "With `THREADS=1`, gunicorn ends the whole process some time after "
        "CLOUD_RUN_TIMEOUT_SECONDS, checking about once a second. The runner has the "
        "limit of THREADED_TIMEOUT_ENABLED only, which needs more threads."
    ),
}
"""Tests that ask for an app and fail with ours, each with its reason."""

ELSEWHERE = frozenset(
    {
        "test_aio.py::test_cloudevent_func_wrapper_sync_function",
        "test_aio.py::test_http_func_wrapper_json_response",
        "test_aio.py::test_http_func_wrapper_sync_function",
        "test_aio.py::test_lazy_asgi_app",
        "test_cli.py::test_asgi_cli",
        "test_cli.py::test_cli",
        "test_cli.py::test_cli_no_arguments",
        "test_decorator_functions.py::test_aio_decorators_register_asgi_functions",
        "test_execution_id.py::test_generate_execution_id",
        "test_execution_id.py::test_log_handler",
        "test_execution_id.py::test_log_handler_does_not_nest",
        "test_execution_id.py::test_log_handler_ignores_newlines",
        "test_execution_id.py::test_log_handler_omits_empty_execution_context",
        "test_execution_id.py::test_log_handler_without_context_logs_unmodified",
        "test_execution_id.py::test_set_execution_context",
        "test_execution_id_async.py::test_async_decorator_with_sync_function",
        "test_execution_id_async.py::test_generate_execution_id",
        "test_functions.py::test_dummy_error_handler",
        "test_functions.py::test_lazy_wsgi_app",
    }
)
"""Tests that ask for no app: their subject is another part of the framework."""

MODULES = {
    "test_asgi.py": "its ASGI servers",
    "test_convert.py": "its conversion of events",
    "test_function_registry.py": "its registry",
    "test_http.py": "its servers",
    "test_main.py": "its command",
    "test_samples.py": "a container image of an example that the sdist lacks",
    "test_typing.py": "the types of its decorators, for a type checker",
    "test_view_functions.py": "its views, alone",
}
"""Modules of which no test asks for an app, with their subject."""
