"""Rows about the server: environment, execution ids, state of the process."""

from __future__ import annotations

from fidelity.row import Row, ask

_ASGI = (("FUNCTION_USE_ASGI", "true"),)
_LOGGED = (("LOG_EXECUTION_ID", "true"),)
_PLATFORM = (
    ("FUNCTION_NAME", "shop"),
    ("K_CONFIGURATION", "shop"),
    ("K_REVISION", "shop-00001"),
    ("K_SERVICE", "shop"),
)
_TIMEOUT = (("CLOUD_RUN_TIMEOUT_SECONDS", "1"), ("THREADED_TIMEOUT_ENABLED", "true"))
_TRACE = "X-Cloud-Trace-Context: 105445aa7843bc8bf206b12000100000/7;o=1"
_GIVEN = ask("GET", "/", "Function-Execution-Id: abcd-1", _TRACE)

ROWS = [
    Row("environment of the process", "server", "environment", ask()),
    Row(
        "FUNCTION_TARGET in a unit of several functions",
        "server",
        "target",
        ask(),
        differs="FUNCTION_TARGET",
    ),
    *(
        Row(
            f"FUNCTION_USE_ASGI: {method} {path}",
            "server",
            "environment",
            ask(method, path),
            env=_ASGI,
        )
        for method, path in (
            ("GET", "/"),
            ("HEAD", "/a"),
            ("TRACE", "/a"),
            ("POST", "/favicon.ico"),
        )
    ),
    Row(
        "FUNCTION_USE_ASGI: what is no CloudEvent",
        "deployed",
        "original",
        ask("POST", "/", "Content-Type: application/json", body="{}"),
        env=_ASGI,
    ),
    Row("execution id given", "server", "execution", _GIVEN),
    Row("execution id given, logged", "server", "execution", _GIVEN, env=_LOGGED),
    Row("variables of the platform", "server", "environment", ask(), env=_PLATFORM),
    Row("a slow function", "server", "slow", ask()),
    Row("a slow function over its time", "server", "slow", ask(), env=_TIMEOUT),
    Row("bytes that are not text in the log", "server", "bytes_in_log", ask()),
    Row("PATH", "server", "path", ask(), differs="PATH and VIRTUAL_ENV"),
    Row("a surrogate in the log", "server", "print_surrogate", ask()),
    Row("the server's name", "server", "software", ask()),
    Row("the server's name, asynchronous", "asynchronous", "software", ask()),
    Row("logging function", "server", "log", ask()),
    Row("logging function, logged with ids", "server", "log", _GIVEN, env=_LOGGED),
]
