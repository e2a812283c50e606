"""Lets OpenTelemetry in a function send its spans to the runner. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SECRET_HEADER", "TelemetryAddress"]

SECRET_HEADER = "X-Funclens-Traces"  # noqa: S105 - the name of a header

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


@dataclass(frozen=True, slots=True)
class TelemetryAddress:
    """Where a runner receives spans."""

    url: str
    """Of the runner, without a trailing slash."""
    secret: str
    """Proof that a worker of the runner sends them."""

    def add_to(
        self, environ: Mapping[str, str], runner: Mapping[str, str]
    ) -> dict[str, str]:
        """Return the environment of a unit, with the variables of the exporters.

        `runner` is the environment of the runner. If the unit has an endpoint of its
        own, from an env file, nothing is added.
        """
        if any(environ.get(name) != runner.get(name) for name in _ENDPOINTS):
            return dict(environ)
        endpoint = f"{self.url}/_funclens/otlp/v1/traces"
        return {
            **environ,
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": endpoint,
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf",
            "OTEL_EXPORTER_OTLP_TRACES_HEADERS": f"{SECRET_HEADER}={self.secret}",
        }
