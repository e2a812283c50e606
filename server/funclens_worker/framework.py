"""The only module that uses the user's functions_framework.

The installed version creates the views, so the runner behaves as that version does.
Private names (`_configure_app`, the registries) are used only here, each with a
fallback, because the oldest supported version lacks some of them.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import os
from types import ModuleType
from typing import Any, Callable, Optional, Set, Tuple, Type

import flask
from werkzeug.routing import Rule

from funclens_worker.adapters import http_views

WsgiApp = Callable[..., Any]

_TRUE = frozenset({"1", "on", "t", "true", "y", "yes"})
"""Values that the framework's command line accepts for a set flag."""


class Framework:
    """What the runner needs from functions_framework, or its replacement."""

    def __init__(self, package: Optional[ModuleType]) -> None:
        self._package = package

    @classmethod
    def find(cls) -> Framework:
        """Return this interpreter's framework, or a replacement for HTTP functions."""
        if importlib.util.find_spec("functions_framework") is None:
            return cls(None)
        return cls(importlib.import_module("functions_framework"))

    def prepare(self, app: flask.Flask) -> None:
        """Prepare the app as `create_app` does before it loads the module."""
        if self._package is None:
            app.register_error_handler(500, http_views.crash_handler)
            return
        self._log_execution_ids(self._package)
        crash_handler = getattr(
            self._package, "crash_handler", http_views.crash_handler
        )
        app.register_error_handler(500, crash_handler)
        self._package.errorhandler = app.errorhandler  # type: ignore[attr-defined]

    def middleware(self, wsgi_app: WsgiApp) -> WsgiApp:
        """Wrap the app in the framework's own middleware, if it has one."""
        execution_id = getattr(self._package, "execution_id", None)
        wrap = getattr(execution_id, "WsgiMiddleware", None)
        return wsgi_app if wrap is None else wrap(wsgi_app)

    def signature_type(self, target: str, function: str, default: str) -> str:
        """Return the signature type that a decorator registered, else `default`.

        `function` is the name in the definition, under which decorators register. Under
        another name, a decorated function has lost its type and is served as HTTP. Like
        the framework, this sets FUNCTION_SIGNATURE_TYPE.
        """
        registry = getattr(self._package, "_function_registry", None)
        registered = getattr(registry, "REGISTRY_MAP", {})
        is_alias = target != function and function in registered
        found: str = registered.get(target) or ("http" if is_alias else default)
        os.environ["FUNCTION_SIGNATURE_TYPE"] = found
        return found

    @property
    def refusals(self) -> Tuple[Type[Exception], ...]:
        """Exceptions of `configure` and `make_asgi_app` for unsupported functions."""
        exceptions = getattr(self._package, "exceptions", None)
        own = getattr(exceptions, "FunctionsFrameworkException", None)
        return (ValueError,) if own is None else (ValueError, own)

    @property
    def is_asgi_asked_for(self) -> bool:
        """Whether FUNCTION_USE_ASGI makes Starlette serve all functions."""
        wanted = os.environ.get("FUNCTION_USE_ASGI", "").strip().lower()
        return self._asgi_functions is not None and wanted in _TRUE

    def is_asgi(self, name: str) -> bool:
        """Return whether Starlette serves a function instead of Flask.

        A decorator of `functions_framework.aio` selects this for one function.
        """
        return self.is_asgi_asked_for or name in (self._asgi_functions or ())

    def prepare_asgi(self) -> None:
        """Do what `create_asgi_app` does before it loads the module."""
        self._log_execution_ids(importlib.import_module("functions_framework.aio"))

    def finish_asgi(self) -> None:
        """Do what `create_app` does after it found out that the function is an aio one.

        This disables loggers that the module has created, so it must not be called in a
        unit with other functions.
        """
        if not self.is_asgi_asked_for:
            self.prepare_asgi()

    def make_asgi_app(
        self, source: str, module: ModuleType, name: str, default: str
    ) -> Callable[..., Any]:
        """Return the framework's Starlette app for one aio function."""
        aio = importlib.import_module("functions_framework.aio")
        configure = aio._configure_app_execution_id_logging  # noqa: SLF001
        aio._configure_app_execution_id_logging = lambda: None  # type: ignore[attr-defined] # noqa: SLF001
        try:
            app: Callable[..., Any] = aio.create_asgi_app_from_module(
                name, source, default, module, module.__spec__
            )
        finally:
            aio._configure_app_execution_id_logging = configure  # type: ignore[attr-defined] # noqa: SLF001
        return app

    def gunicorn_worker(self, threads: int) -> type:
        """Return the worker class that the framework runs under gunicorn.

        With THREADED_TIMEOUT_ENABLED, it ends requests after
        CLOUD_RUN_TIMEOUT_SECONDS, as the framework's own server does.
        """
        from gunicorn.workers.gthread import ThreadWorker

        seconds = int(os.environ.get("CLOUD_RUN_TIMEOUT_SECONDS", "0"))
        wanted = os.environ.get("THREADED_TIMEOUT_ENABLED", "").lower() == "true"
        if self._package is not None and seconds > 0 and wanted and threads > 1:
            server: Any = importlib.import_module("functions_framework._http.gunicorn")
            if hasattr(server, "GThreadWorkerWithTimeoutSupport"):
                server.TIMEOUT_SECONDS = seconds
                found: type = server.GThreadWorkerWithTimeoutSupport
                return found
        plain: type = ThreadWorker
        return plain

    @property
    def gunicorn_config(self) -> Any:
        """Settings with which the framework starts gunicorn."""
        return _gunicorn_config(has_framework=self._package is not None)

    def configure(
        self, app: flask.Flask, function: Callable[..., Any], signature_type: str
    ) -> None:
        """Add the rules and views of one function to its Flask app.

        Raises one of `refusals`, for example for a function other than HTTP if only
        Flask is installed.
        """
        configure = getattr(self._package, "_configure_app", None)
        if configure is not None:
            configure(app, function, signature_type)
        elif signature_type == "http":
            http_views.configure(app, function, Rule)
        else:
            msg = (
                f"{signature_type} functions need functions-framework in the "
                "interpreter of this unit"
            )
            raise ValueError(msg)

    @property
    def _asgi_functions(self) -> Optional[Set[str]]:
        """Names registered by decorators of aio; None for versions without aio."""
        registry = getattr(self._package, "_function_registry", None)
        found: Optional[Set[str]] = getattr(registry, "ASGI_FUNCTIONS", None)
        return found

    def _log_execution_ids(self, where: ModuleType) -> None:
        """Set up logging with execution ids if the environment requests it."""
        enabled = getattr(self._package, "_enable_execution_id_logging", None)
        if enabled is not None and enabled():
            where._configure_app_execution_id_logging()  # noqa: SLF001


@functools.lru_cache(maxsize=1)
def _gunicorn_config(*, has_framework: bool) -> Any:
    """Return the settings of the framework's own server.

    Takes ten milliseconds, so a zygote does it before it forks. What depends on the
    environment is set later.
    """
    from gunicorn.config import Config

    if has_framework:
        server: Any = importlib.import_module("functions_framework._http.gunicorn")
        with contextlib.suppress(ValueError):  # a variable that is not a number
            return server.GunicornApplication(None, "127.0.0.1", "0", debug=False).cfg
    config = Config()
    config.set("limit_request_line", 0)
    return config
