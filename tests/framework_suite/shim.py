"""Pytest plugin for the framework's own tests: our app factory in place of theirs.

`functions_framework.create_app` and `functions_framework.aio.create_asgi_app` become
functions that build the app of a worker whose unit has that one function. A worker
answers 500 where the framework ends with an exception, in the same words; here the
answer is turned into that exception again. The server of `test_timeouts.py` becomes
`funclens run`.

Each test meets the state of a fresh worker, and what became of it is written to the
file of `--outcomes`, one JSON object a line. `--reference` leaves the framework's own
factory in place. Runs in the unit's interpreter, beside its functions_framework.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import functions_framework
import pytest
from functions_framework import _function_registry as registry
from functions_framework import aio, exceptions

from funclens_worker import unit_app as worker_app
from funclens_worker.contract import Manifest, ManifestFunction
from funclens_worker.framework import Framework
from funclens_worker.loader import make_module
from funclens_worker.unit_app import UnitApp, build_app

if TYPE_CHECKING:
    from collections.abc import Iterator

ID = "suite.main.function"
FOLDER = Path.cwd() / "tests" / "test_functions"

is_reference = False
"""Whether the framework's own factories build the apps."""

_reached: list[str] = []
"""The targets that the running test asked the factories for."""

_outcomes: dict[str, dict[str, Any]] = {}
"""What became of each test."""

_served: dict[int, tuple[str, str]] = {}
"""Target and source of each app, by its identity: what a server is started for."""

_frameworks = (functions_framework.create_app, aio.create_asgi_app)


class StrictApp(UnitApp):
    """Remembers what it refuses to serve; raised is what it answers."""

    refusal = ""

    def mount_refusal(self, item: ManifestFunction, reason: str) -> None:
        super().mount_refusal(item, reason)
        self.refusal = reason

    def raise_refusal(self) -> None:
        answer = self.base.test_client().get("/")
        assert answer.status_code == 500
        assert answer.text == self.refusal + "\n"
        reason = self.refusal
        if reason.startswith("File "):
            raise exceptions.MissingTargetException(reason)
        if "needs to be of type function" in reason:
            raise exceptions.InvalidTargetTypeException(reason)
        raise exceptions.FunctionsFrameworkException(reason)


def create_app(
    target: Any = None, source: Any = None, signature_type: Any = None
) -> Any:
    """Return the Flask app of a worker for one function, or its Starlette app."""
    _reached.append(str(target))
    if is_reference:
        app = _frameworks[0](target, source, signature_type)
    else:
        app = _app_of_a_worker(str(target), str(source), signature_type or "http")
    _served[id(app)] = (str(target), str(source))
    return app


def create_asgi_app(
    target: Any = None, source: Any = None, signature_type: Any = None
) -> Any:
    """Return the Starlette app of a worker in an environment that asks for one."""
    _reached.append(str(target))
    if is_reference:
        return _frameworks[1](target, source, signature_type)
    os.environ["FUNCTION_USE_ASGI"] = "true"
    return _app_of_a_worker(str(target), str(source), signature_type or "http")


def _app_of_a_worker(target: str, source: str, signature_type: str) -> Any:
    manifest = Manifest(
        unit="suite.main",
        root=str(Path(source).parent),
        source=source,
        functions=(ManifestFunction(ID, target, signature_type),),
        threads=4,
    )
    app = build_app(manifest, Framework.find(), make_module(source))
    assert isinstance(app, StrictApp)
    if app.refusal:
        app.raise_refusal()
    return app.asgi_apps.get(ID, app.base)


class RunnerApplication:
    """Takes the place of the framework's gunicorn: serves with `funclens run`."""

    def __init__(self, app: Any, host: str, port: str, _debug: object) -> None:
        self._target, self._source = _served[id(app)]
        self._address = (host, port)

    def run(self) -> None:
        """Become the runner; called in a process of its own."""
        host, port = self._address
        python = os.environ["FUNCLENS_PYTHON"]
        argv = [python, "-m", "funclens", "run", str(Path(self._source).parent)]
        argv += ["--host", host, "--port", port, "--target", self._target]
        os.execv(python, [*argv, "--python", sys.executable])  # noqa: S606


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--outcomes", type=Path, required=True)
    parser.addoption("--reference", action="store_true")


def pytest_configure(config: pytest.Config) -> None:
    """Put the factories in place, before the framework's tests import them."""
    global is_reference  # noqa: PLW0603 - a plugin is a module
    is_reference = config.getoption("reference")
    worker_app.UnitApp = StrictApp  # type: ignore[misc]
    functions_framework.create_app = create_app
    aio.create_asgi_app = create_asgi_app


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the tests that serve do it on a free port of this machine alone."""
    for module in {item.module for item in session.items}:  # type: ignore[attr-defined]
        if hasattr(module, "TEST_PORT"):
            module.TEST_HOST, module.TEST_PORT = "127.0.0.1", _free_port()
            if not is_reference:
                module.ff_gunicorn.GunicornApplication = RunnerApplication


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Iterator[None]:
    """Run a test in the state of a fresh worker; write down what became of it."""
    _reached.clear()
    environment, path, modules = dict(os.environ), list(sys.path), set(sys.modules)
    streams, loggers = (sys.stdout, sys.stderr), set(logging.root.manager.loggerDict)
    for registered in (registry.REGISTRY_MAP, registry.INPUT_TYPE_MAP):
        registered.clear()
    registry.ASGI_FUNCTIONS.clear()
    try:
        result = yield
    finally:
        for server in multiprocessing.active_children():
            server.terminate()
            server.join()
        os.environ.clear()
        os.environ.update(environment)
        sys.path[:] = path
        sys.stdout, sys.stderr = streams
        for name in set(logging.root.manager.loggerDict) - loggers:
            # A logger that is there before logging is set up is turned off by that.
            del logging.root.manager.loggerDict[name]
        logging.getLogger().handlers.clear()
        logging.getLogger().setLevel(logging.WARNING)
        for name in set(sys.modules) - modules:
            file = getattr(sys.modules[name], "__file__", None) or ""
            if file.startswith(str(FOLDER)):
                del sys.modules[name]
    return result


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the worst of a test's three reports."""
    noted = _outcomes.setdefault(report.nodeid, {"outcome": "passed", "why": ""})
    if report.outcome != "passed":
        noted.update(outcome=report.outcome, why=report.longreprtext)
    noted["reached"] = bool(_reached)


def pytest_sessionfinish(session: pytest.Session) -> None:
    lines = [
        json.dumps({"test": test, **outcome}) for test, outcome in _outcomes.items()
    ]
    file: Path = session.config.getoption("outcomes")
    file.write_text("\n".join(lines) + "\n", "utf-8")


def _free_port() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])
