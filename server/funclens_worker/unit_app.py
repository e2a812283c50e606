"""The Flask app of one unit: every function at its own routes and endpoints.

In production each function has a Flask app for itself, mounted at `/`. Here one
app holds them all, as rules with the same paths under a domain part of their
own: `Rule("/<path:path>", subdomain="billing.main.charge")`. The server names
the function of each request in the WSGI environment, and the URL adapter
matches under that name, so rules, converters, redirects and `url_for` behave as
in production while no two functions meet.
"""

from __future__ import annotations

import os
import types
from typing import Any, Callable, Dict, List, Optional

import flask
from werkzeug.routing import Map, MapAdapter, Rule, RuleFactory

from funclens_worker.contract import Manifest, ManifestFunction
from funclens_worker.framework import Framework

FUNCTION_KEY = "funclens.function"
"""Key of the WSGI environment that holds the id of the request's function."""


class UnitApp(flask.Flask):
    """A Flask app that serves several functions, each as if it were alone."""

    def __init__(self, manifest: Manifest) -> None:
        self._functions: Dict[str, ManifestFunction] = {
            function.id: function for function in manifest.functions
        }
        self._default = manifest.functions[0].id
        self._own_apps: Dict[str, _OwnApp] = {}
        self.asgi_apps: Dict[str, Callable[..., Any]] = {}
        """Starlette apps of the aio functions, by id; not served by Flask."""
        self.on_exception: Optional[Callable[[BaseException], None]] = None
        """Gets what a function raised. Flask's signal needs blinker before 2.3."""
        self._templates = os.path.join(os.path.dirname(manifest.source), "templates")
        super().__init__(manifest.functions[0].name, template_folder=self._templates)

    @property
    def name(self) -> str:  # type: ignore[override]
        """The name of the function that is asked, as in production."""
        return self._functions[self._current_id()].name

    def mount(
        self,
        item: ManifestFunction,
        function: Callable[..., Any],
        signature_type: str,
        framework: Framework,
    ) -> None:
        """Add one function under its id.

        The framework configures a Flask app that the function has for itself;
        its rules move here with unique endpoints: the id for the function, the
        id and the rule's own endpoint for the rest.
        """
        own = _OwnApp(item.name, template_folder=self._templates)
        framework.configure(own, function, signature_type)
        self._adopt(item.id, own)

    def mount_refusal(self, item: ManifestFunction, reason: str) -> None:
        """Answer every request for a function that cannot be served with 500."""
        own = _OwnApp(item.name, static_folder=None)
        view = _refusal(reason)
        own.url_map.add(flask.Flask.url_rule_class("/", endpoint="run"))
        own.url_map.add(flask.Flask.url_rule_class("/<path:path>", endpoint="run"))
        own.view_functions["run"] = view
        self._adopt(item.id, own)

    def create_url_adapter(self, request: Optional[flask.Request]) -> Any:
        """Match under the domain part of the request's function."""
        adapter = super().create_url_adapter(request)
        if adapter is None or request is None:
            return adapter
        return _FunctionAdapter(
            adapter.map,
            adapter.server_name,
            adapter.script_name,
            self._id_of(request.environ),
            adapter.url_scheme,
            adapter.path_info,
            adapter.default_method,
            adapter.query_args,
        )

    def handle_exception(self, e: Exception) -> flask.Response:
        """Tell what a function raised before it is answered."""
        if self.on_exception is not None:
            self.on_exception(e)
        return super().handle_exception(e)

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """Build the URL of an endpoint by the name it has in production."""
        scoped = _scoped(self._current_id(), endpoint)
        return super().url_for(
            scoped if scoped in self.view_functions else endpoint, **values
        )

    def run_own_after_request(self, response: flask.Response) -> flask.Response:
        """Run what the framework registered for the function that is asked."""
        own = self._own_apps[self._current_id()]
        for hook in reversed(own.after_request_funcs.get(None, [])):
            response = own.ensure_sync(hook)(response)
        return response

    def _adopt(self, id_: str, own: _OwnApp) -> None:
        for rule in own.url_map.collected:
            rule.subdomain = id_
            rule.endpoint = _scoped(id_, rule.endpoint)
            self.url_map.add(rule)
        for endpoint, view in own.view_functions.items():
            self.view_functions[_scoped(id_, endpoint)] = view
        self._own_apps[id_] = own

    def _id_of(self, environ: Dict[str, Any]) -> str:
        found: str = environ.get(FUNCTION_KEY, self._default)
        return found

    def _current_id(self) -> str:
        if flask.has_request_context():
            return self._id_of(flask.request.environ)
        return self._default


class _CollectedRules(Map):
    """Keeps rules as they are: compiling each takes a third of a millisecond."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.collected: List[Rule] = []

    def add(self, rulefactory: RuleFactory) -> None:
        """Take a rule without binding it to this map."""
        self.collected.extend(rulefactory.get_rules(self))


class _OwnApp(flask.Flask):
    """The app that the framework configures for one function; serves nothing."""

    url_map_class = _CollectedRules
    url_map: _CollectedRules


class _FunctionAdapter(MapAdapter):
    """Matches under a function's id, but redirects to the host that was asked."""

    def get_host(self, domain_part: Optional[str]) -> str:  # noqa: ARG002
        return self.server_name


def build_app(
    manifest: Manifest,
    framework: Framework,
    load: Callable[[], types.ModuleType],
) -> UnitApp:
    """Load the unit's module inside the app's context and mount its functions.

    `load` executes the user's module and returns it; what it raises goes through.
    """
    app = UnitApp(manifest)
    os.environ.setdefault("FUNCTION_TARGET", manifest.functions[0].name)
    framework.prepare(app)
    app.wsgi_app = framework.middleware(app.wsgi_app)  # type: ignore[method-assign]
    with app.app_context():
        module = load()
    for item in manifest.functions:
        reason = _why_not(module, item.name, manifest.source)
        if reason is None:
            try:
                _mount(app, item, module, manifest.source, framework)
            except framework.refusals as error:
                reason = str(error)
        if reason is not None:
            app.mount_refusal(item, reason)
    app.after_request(app.run_own_after_request)
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


def _scoped(id_: str, endpoint: str) -> str:
    return id_ if endpoint == "run" else f"{id_}:{endpoint}"


def _why_not(module: types.ModuleType, name: str, source: str) -> Optional[str]:
    """Return why production would refuse the target, in the framework's words."""
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


def _refusal(reason: str) -> Callable[..., Any]:
    def view(path: str = "") -> flask.Response:  # noqa: ARG001
        return flask.Response(reason + "\n", 500, mimetype="text/plain")

    return view
