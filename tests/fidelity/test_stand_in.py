"""One function at `/`, and a process for each: nearer to production still."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from fidelity.event_rows import CLOUDEVENTS
from fidelity.exchange import exchange
from fidelity.request_rows import BODIES, LINES, METHODS, PATHS
from fidelity.row import Row, ask
from fidelity.servers import SOURCES
from runner_process import RunnerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fidelity.servers import Servers

REQUESTS = {
    **{f"path: {name}": ask("GET", path) for name, path in PATHS.items()},
    **{f"method {method}": ask(method, "/a") for method in METHODS},
    **{f"body: {name}": parts for name, parts in BODIES.items()},
    "absolute form": LINES["absolute form"],
}
AT_ROOT = [Row(name, "request", "echo", parts) for name, parts in REQUESTS.items()]
ISOLATED = [
    Row("FUNCTION_TARGET", "server", "target", ask()),
    Row("at import", "loading", "at_import", ask()),
    Row(
        "environment of an event",
        "clouds",
        "variables",
        CLOUDEVENTS["binary"],
        signature_type="cloudevent",
    ),
]


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunnerProcess]:
    """`funclens run --target`: the echo function at `/` as well."""
    options = ("--port", "0", "--target", "request.main.echo")
    state = tmp_path_factory.mktemp("state")
    with RunnerProcess(SOURCES, state=state, options=options) as runner:
        yield runner


@pytest.fixture(scope="module")
def isolated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunnerProcess]:
    """`funclens run --isolation function`."""
    options = ("--port", "0", "--isolation", "function")
    state = tmp_path_factory.mktemp("state")
    with RunnerProcess(SOURCES, state=state, options=options) as runner:
        yield runner


@pytest.mark.parametrize("row", AT_ROOT, ids=lambda row: row.fact.replace(" ", "-"))
def test_a_target_replaces_functions_framework(
    row: Row, servers: Servers, stand_in: RunnerProcess
) -> None:
    request = row.request(at="")
    theirs = exchange(servers.theirs(row), request)
    ours = exchange(stand_in.address, request)

    assert ours.comparable() == theirs.comparable()


@pytest.mark.parametrize("row", ISOLATED, ids=lambda row: row.fact.replace(" ", "-"))
def test_a_process_for_each_function_has_the_variables_of_production(
    row: Row, servers: Servers, isolated: RunnerProcess
) -> None:
    theirs = exchange(servers.theirs(row), row.request(at=""))
    ours = exchange(isolated.address, row.request(at=row.route))

    assert ours.comparable() == theirs.comparable()


def test_a_process_for_each_function_has_the_variables_of_the_platform(
    isolated: RunnerProcess,
) -> None:
    """They are Cloud Run's own: functions-framework does not set them."""
    row = Row("", "server", "environment", ask())
    seen = json.loads(exchange(isolated.address, row.request(at=row.route)).body)

    assert seen["FUNCTION_SIGNATURE_TYPE"] == "http"
    assert seen["K_SERVICE"] == seen["K_CONFIGURATION"] == "environment"
    assert seen["K_REVISION"].startswith("environment-00001-")
