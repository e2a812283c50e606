"""The apps of one unit: a Flask app for each function, as in production.

Production loads the module inside the app of its one function, so the module can
add rules, hooks and middleware of its own. Here it is loaded once, inside the app of
the first function; each other function gets a twin of that app, made before the
first one has its own rules.
"""

from __future__ import annotations

import os
import threading
import types
from typing import Any, Callable, Dict, Iterable, List, Optional

import flask

from funclens_worker.adapters.flask import twin
from funclens_worker.contract import Manifest, ManifestFunction
from funclens_worker.framework import Framework
from funclens_worker.loader import execute


class UnitApp:
    """A WSGI app for each function of a unit, and the Starlette apps of the others."""

    def __init__(self, manifest: Manifest, framework: Framework) -> None:
        self.asgi_apps: Dict[str, Callable[..., Any]] = {}
        """Starlette apps of the aio functions, by id."""
        self.on_exception: Optional[Callable[[BaseException], None]] = None
        """Called with exceptions of functions. Flask's signal would need blinker."""
        self._first = manifest.functions[0].id
        self._asked = threading.local()
        self._apps: Dict[str, flask.Flask] = {}
        self._refusals: Dict[str, str] = {}
        self.base = flask.Flask(
            manifest.functions[0].name,
            template_folder=os.path.join(
                os.path.dirname(_source_in_production(manifest.source)), "templates"
            ),
        )
        """The app in which the module is loaded: that of the first function."""
        # Middleware of the module is applied to requests of all functions.
        self.base.wsgi_app = framework.middleware(self._dispatch)  # type: ignore[method-assign]

    def serve(
        self, id_: str, environ: Dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Handle a WSGI request of a function."""
        self._asked.id = id_
        return self.base(environ, start_response)

    def mount(
        self,
        item: ManifestFunction,
        function: Callable[..., Any],
        signature_type: str,
        framework: Framework,
    ) -> None:
        """Let the framework configure the app of one function; the first one last."""
        app = self.base if item.id == self._first else twin(self.base, item.name)
        framework.configure(app, function, signature_type)
        app.handle_exception = self._handle_exception(app)  # type: ignore[method-assign]
        self._apps[item.id] = app

    def mount_refusal(self, item: ManifestFunction, reason: str) -> None:
        """Respond with 500 to every request of a function that can't be served."""
        self._refusals[item.id] = reason

    def _dispatch(
        self, environ: Dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        id_ = getattr(self._asked, "id", self._first)
        if id_ in self._refusals:
            reason = self._refusals[id_] + "\n"
            return flask.Response(reason, 500, mimetype="text/plain")(
                environ, start_response
            )
        return flask.Flask.wsgi_app(self._apps[id_], environ, start_response)

    def _handle_exception(self, app: flask.Flask) -> Callable[..., Any]:
        def handle(error: Exception) -> flask.Response:
            if self.on_exception is not None:
                self.on_exception(error)
            return flask.Flask.handle_exception(app, error)

        return handle


def build_app(
    manifest: Manifest, framework: Framework, module: types.ModuleType
) -> UnitApp:
    """Run the unit's module and mount its functions.

    Exceptions of the module propagate.
    """
    os.environ.setdefault("FUNCTION_TARGET", manifest.functions[0].name)
    app = UnitApp(manifest, framework)
    if framework.is_asgi_asked_for:
        framework.prepare_asgi()
        execute(module)
    else:
        framework.prepare(app.base)
        with app.base.app_context():
            execute(module)
    source = _source_in_production(manifest.source)
    # The first one's app has to be a model for the others until they are there, and
    # its signature type is the one that FUNCTION_SIGNATURE_TYPE is left with.
    for item in reversed(manifest.functions):
        reason = _why_not(module, item.name, source)
        if reason is None:
            try:
                _mount(app, item, module, source, framework)
            except framework.refusals as error:
                reason = str(error)
        if reason is not None:
            app.mount_refusal(item, reason)
    if len(app.asgi_apps) == len(manifest.functions):
        framework.finish_asgi()
    return app


def _mount(
    app: UnitApp,
    item: ManifestFunction,
    module: types.ModuleType,
    source: str,
    framework: Framework,
) -> None:
    if framework.is_asgi(item.name):
        app.asgi_apps[item.id] = framework.make_asgi_app(
            source, module, item.name, item.signature_type
        )
        return
    function = getattr(module, item.name)
    kind = framework.signature_type(item.name, function.__name__, item.signature_type)
    app.mount(item, function, kind, framework)


def _source_in_production(source: str) -> str:
    """Return the source as the framework gets it, in the unit's folder.

    `main.py` is its default, which it makes absolute; another name comes from
    FUNCTION_SOURCE and stays relative.
    """
    name = os.path.basename(source)
    return os.path.realpath(source) if name == "main.py" else name


def _why_not(module: types.ModuleType, name: str, source: str) -> Optional[str]:
    """Return why production rejects the target, in the framework's words."""
    if not hasattr(module, name):
        found = ", ".join(f"'{other}'" for other in _function_names(module))
        return (
            f"File {source} is expected to contain a function named '{name}'. "
            f"Found: {found} instead"
        )
    value = getattr(module, name)
    if not isinstance(value, types.FunctionType):
        return (
            f"The function defined in file {source} as '{name}' needs to be of type "
            f"function. Got: invalid type {type(value)}"
        )
    return None


def _function_names(module: types.ModuleType) -> List[str]:
    return [
        name
        for name in dir(module)
        if isinstance(getattr(module, name), types.FunctionType)
    ]
