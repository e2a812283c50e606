"""Requests that nobody thought of are answered alike, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fidelity.exchange import exchange
from fidelity.row import AT, Row
from fidelity.servers import SOURCES
from runner_process import FrameworkProcess, RunnerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    Sides = tuple[FrameworkProcess, RunnerProcess]

EXAMPLES = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

PATH_PIECES = st.sampled_from(
    [
        *("//", "..", "%2F", "%2f", "%20", "%00", "%4", "%C3%BC", "%ff", "http://x"),
        *("robots.txt", "favicon.ico", "static"),
        *"aB0/.%~;:@&=+$,!*'()[]{}|^`<>\"\\\x7f",
    ]
)
PATHS = st.lists(PATH_PIECES, max_size=6).map("".join)
QUERIES = st.none() | st.lists(PATH_PIECES | st.just("?"), max_size=5).map("".join)
METHODS = st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "PUT", "FOO", "TRACE"])
NAMES = st.text("aXz-_019!#$%&'*+.^`|~", min_size=1, max_size=8).map(lambda s: f"X-{s}")
VALUES = st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=12)
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=4)
BODIES = st.none() | st.binary(max_size=40)


@pytest.fixture(scope="module", params=["echo", "environ"])
def sides(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Sides, Row]]:
    """Return both servers of one function, and a row for its route."""
    target = request.param
    state = tmp_path_factory.mktemp("state")
    with (
        FrameworkProcess(SOURCES / "request", target, home=state) as framework,
        RunnerProcess(SOURCES, state=state) as runner,
    ):
        yield (framework, runner), Row("", "request", target, ())


@EXAMPLES
@given(method=METHODS, path=PATHS, query=QUERIES, headers=HEADERS, body=BODIES)
def test_random_requests_have_the_same_responses(
    sides: tuple[Sides, Row],
    method: str,
    path: str,
    query: str | None,
    headers: list[tuple[str, str]],
    body: bytes | None,
) -> None:
    (framework, runner), row = sides
    target = f"{AT}/{path}" + ("" if query is None else f"?{query}")
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers]
    lines += [] if body is None else [f"Content-Length: {len(body)}"]
    text = "\r\n".join([*lines, "", ""]) + (body or b"").decode("latin-1")

    theirs = exchange(framework.address, (text.replace(AT, "").encode("latin-1"),))
    ours = exchange(runner.address, (text.replace(AT, row.route).encode("latin-1"),))

    assert ours.comparable() == theirs.comparable()
