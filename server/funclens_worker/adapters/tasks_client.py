"""Connects Google's client of Cloud Tasks to the runner that serves Cloud Tasks.

Google's clients of Pub/Sub and Firestore, and firebase-admin, look at the variable with
the emulator's address. This one doesn't, and would send tasks to production. A client
that is given a transport or an endpoint keeps it. Tested with google-cloud-tasks 2.14
and 2.26.
"""

from __future__ import annotations

import functools
import importlib
import sys
from types import ModuleType
from typing import Any, Mapping, Optional, Sequence

_VARIABLE = "CLOUD_TASKS_EMULATOR_HOST"
_MODULES = (
    "google.cloud.tasks_v2.services.cloud_tasks.client",
    "google.cloud.tasks_v2beta3.services.cloud_tasks.client",
)


def connect_clients(environ: Mapping[str, str]) -> None:
    """Connect clients that are made from now on, if the runner serves Cloud Tasks."""
    host = environ.get(_VARIABLE)
    if not host or environ.get("FUNCTIONS_EMULATOR") != "true":
        return
    for name in _MODULES:
        module = sys.modules.get(name)  # a zygote may have imported it
        if module is not None:
            _connect(module, host)
    sys.meta_path.insert(0, _Finder(host))


class _Finder:
    """Finds the modules of the client as others do, and changes what they load."""

    def __init__(self, host: str) -> None:
        self._host = host

    def find_spec(
        self, name: str, path: Optional[Sequence[str]], target: Any = None
    ) -> Any:
        if name not in _MODULES:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            if finder is self or find is None:
                continue
            spec = find(name, path, target)
            if spec is not None:
                self._watch(spec.loader)
                return spec
        return None

    def _watch(self, loader: Any) -> None:
        """Change the module once it has run."""
        original = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            original(module)
            _connect(module, self._host)

        loader.exec_module = exec_module


def _connect(module: Any, host: str) -> None:
    client = module.CloudTasksClient
    original = client.__init__

    @functools.wraps(original)
    def __init__(self: Any, *args: Any, **given: Any) -> None:  # noqa: N807
        transport = given.get("transport")
        is_plain = transport is None or isinstance(transport, str)
        if is_plain and not _endpoint(given.get("client_options")):
            made = _transport(client, transport or "grpc", host)
            given = {"transport": made}
        original(self, *args, **given)

    client.__init__ = __init__


def _endpoint(options: Any) -> Any:
    if isinstance(options, dict):
        return options.get("api_endpoint")
    return getattr(options, "api_endpoint", None)


def _transport(client: Any, kind: str, host: str) -> Any:
    """Return a transport without TLS and credentials."""
    made = client.get_transport_class(kind)
    if kind == "rest":
        credentials: Any = importlib.import_module("google.auth.credentials")
        anonymous = credentials.AnonymousCredentials()
        return made(host=f"http://{host}", credentials=anonymous)
    grpc: Any = importlib.import_module("grpc")

    is_async = kind == "grpc_asyncio"
    channel = (grpc.aio if is_async else grpc).insecure_channel(host)
    return made(channel=channel)
