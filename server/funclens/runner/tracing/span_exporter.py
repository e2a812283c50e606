"""Sends spans on to the collector that OpenTelemetry's variables name.

https://opentelemetry.io/docs/specs/otel/protocol/exporter/
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from funclens.runner.background import in_thread
from funclens.runner.tracing.otlp import encode_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from funclens.runner.tracing.spans import Span

__all__ = ["SpanExporter", "collector_of"]

MOST_PENDING = 200
"""Maximum number of exports that wait; the oldest ones are dropped."""

_MOST_SPANS = 500
"""Maximum number of the runner's own spans in one export."""

_SECONDS = 10.0
_SERVICE = "funclens"
_JSON = "application/json"


def collector_of(environ: Mapping[str, str]) -> tuple[str, dict[str, str]] | None:
    """Return URL and headers from OpenTelemetry's variables; None without an endpoint.

    Raises ValueError if it can't be used, with the reason.
    """
    url = environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "")
    if not url and (base := environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")):
        url = f"{base.rstrip('/')}/v1/traces"
    if not url:
        return None
    protocol = environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or environ.get(
        "OTEL_EXPORTER_OTLP_PROTOCOL", ""
    )
    if protocol == "grpc":
        raise ValueError("OTLP over gRPC is not supported")
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise ValueError(f"not an HTTP address: {url}")
    given = environ.get("OTEL_EXPORTER_OTLP_TRACES_HEADERS") or environ.get(
        "OTEL_EXPORTER_OTLP_HEADERS", ""
    )
    pairs = (pair.partition("=") for pair in given.split(",") if "=" in pair)
    return url, {name.strip(): unquote(value.strip()) for name, _, value in pairs}


class SpanExporter:
    """Sends exports one after the other; never holds anybody up."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        warn: Callable[[str], None],
    ) -> None:
        """`warn` is called with the reason of the first failure."""
        self._url = url
        self._headers = headers
        self._warn: Callable[[str], None] | None = warn
        self._pending: deque[tuple[bytes, str, str]] = deque(maxlen=MOST_PENDING)
        self._own: deque[Span] = deque(maxlen=MOST_PENDING * _MOST_SPANS // 10)
        self._sending: asyncio.Task[None] | None = None

    def add(self, span: Span) -> None:
        """Send a span of the runner."""
        self._own.append(span)
        self._start()

    def forward(self, body: bytes, kind: str, encoding: str) -> None:
        """Send an export as it came."""
        self._pending.append((body, kind, encoding))
        self._start()

    async def flush(self, seconds: float) -> None:
        """Wait until everything has been sent, at most `seconds`."""
        if self._sending is not None:
            await asyncio.wait({self._sending}, timeout=seconds)

    def _start(self) -> None:
        if self._sending is None or self._sending.done():
            self._sending = asyncio.get_running_loop().create_task(self._send_all())

    async def _send_all(self) -> None:
        while self._own or self._pending:
            if self._own:
                number = min(len(self._own), _MOST_SPANS)
                spans = [self._own.popleft() for _ in range(number)]
                export = encode_json(spans, _SERVICE), _JSON, ""
            else:
                export = self._pending.popleft()
            problem = await in_thread(self._send, *export)
            if problem and self._warn is not None:
                self._warn(problem)
                self._warn = None

    def _send(self, body: bytes, kind: str, encoding: str) -> str:
        """Send one export; return what went wrong, if anything did."""
        # With ssl, they would make every start of a runner slower.
        import urllib.error  # noqa: PLC0415
        import urllib.request  # noqa: PLC0415

        headers = {**self._headers, "Content-Type": kind}
        if encoding:
            headers["Content-Encoding"] = encoding
        request = urllib.request.Request(  # noqa: S310 - http or https, see above
            self._url, body, headers, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as response:  # noqa: S310
                response.read(65_536)
        except urllib.error.HTTPError as error:
            with contextlib.suppress(OSError):
                error.close()
            return f"the collector answered {error.code}"
        except (OSError, ValueError) as error:
            return str(getattr(error, "reason", error)) or type(error).__name__
        return ""
