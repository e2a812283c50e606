"""The pure parts of tracing: headers, spans, variables, bounds."""

from __future__ import annotations

import json

import pytest

from funclens.runner.http.head import HeadReader
from funclens.runner.http.origin import REQUEST, Origin
from funclens.runner.http.pending import PendingRequest
from funclens.runner.http.trace_context import TraceContext, with_trace_headers
from funclens.runner.tracing.otlp import encode_json, read_json
from funclens.runner.tracing.span_exporter import collector_of
from funclens.runner.tracing.spans import Span, SpanStore
from funclens.runner.tracing.telemetry_environment import TelemetryAddress
from funclens.runner.tracing.tracing import (
    LOOKUPS_A_SECOND,
    LOOKUPS_UNDER_LOAD,
    Tracing,
)

CONTEXT = TraceContext("a" * 32, "b" * 16, None)


def span(trace="a" * 32, span_id="b" * 16, **changes):
    values = {"parent_id": None, "name": "x", "kind": "server", "start": 1, "end": 2}
    return Span(trace_id=trace, span_id=span_id, **{**values, **changes})


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("body", [b"", b"traceparent: in the body\r\n\r\nmore"])
def test_headers_of_a_span_replace_those_of_the_sender(end, body):
    lines = [b"GET / HTTP/1.1", b"TRACEPARENT: old", b"Host: x", b"traceparent: b"]

    found = with_trace_headers(end.join([*lines, b"", body]), CONTEXT)

    head = b"GET / HTTP/1.1" + end + CONTEXT.headers
    assert found == head + b"Host: x" + end + end + body


def test_a_request_without_headers_gets_them():
    found = with_trace_headers(b"GET / HTTP/1.0\r\n\r\n", CONTEXT)

    assert found == b"GET / HTTP/1.0\r\n" + CONTEXT.headers + b"\r\n"


def test_exported_spans_can_be_read_again():
    sent = span(attributes={"a": "b", "n": 3}, status="error", message="no")

    (found,) = read_json(encode_json([sent], "shop"))

    assert found == Span(**{**_fields(sent), "service": "shop", "scope": "funclens"})


def _fields(item):
    return {name: getattr(item, name) for name in Span.__dataclass_fields__}


def test_attributes_of_any_kind_and_size_become_short_json():
    nested = {"stringValue": "x" * 10_000}
    for _ in range(50):
        nested = {"arrayValue": {"values": [nested]}}
    attributes = [
        {"key": "deep", "value": nested},
        {"key": "long", "value": {"stringValue": "y" * 9999}},
        {"key": "int", "value": {"intValue": "7"}},
        {"key": "none"},
        *({"key": str(number), "value": {}} for number in range(999)),
    ]
    item = {"traceId": "a" * 32, "spanId": "b" * 16, "attributes": attributes}
    value = {"resourceSpans": [{"scopeSpans": [{"spans": [item]}]}]}

    (found,) = read_json(json.dumps(value).encode())

    assert len(json.dumps(found.to_json())) < 5_000
    assert found.attributes["deep"] == [[[["…"]]]]
    assert (found.attributes["int"], found.attributes["none"]) == (7, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"traceId": "xyz"},
        {"spanId": "a"},
        {"startTimeUnixNano": "-1"},
        {"startTimeUnixNano": str(1 << 70)},
        {"startTimeUnixNano": "9" * 5000},
        {"attributes": [{"key": "a", "value": {"intValue": "9" * 5000}}]},
    ],
)
def test_values_that_make_no_sense_are_refused(fields):
    item = {"traceId": "a" * 32, "spanId": "b" * 16, **fields}
    value = {"resourceSpans": [{"scopeSpans": [{"spans": [item]}]}]}

    with pytest.raises(ValueError, match=r"."):
        read_json(json.dumps(value).encode())


def test_the_oldest_traces_leave_the_store():
    store = SpanStore()
    for number in range(20):
        trace = f"{number:032x}"
        store.add(span(trace, f"{n:016x}", start=-n) for n in range(1_500))
        store.add([span(trace, "0" * 16)])

    assert store.of_trace("0" * 32) == []
    kept = store.of_trace(f"{19:032x}")
    assert len(kept) == 1_000
    assert kept[0].start == -999


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/"}, "http://c:4318/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://c/x"}, "https://c/x"),
    ],
)
def test_the_collector_is_what_the_variables_name(environ, found):
    collector = collector_of(environ)

    assert (collector and collector[0]) == found


@pytest.mark.parametrize(
    "environ",
    [
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "file:///etc/passwd"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "c:4318"},
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
        },
    ],
)
def test_a_collector_that_cannot_be_used_is_an_error(environ):
    with pytest.raises(ValueError, match=r"."):
        collector_of(environ)


def test_variables_are_added_unless_the_unit_has_an_endpoint():
    address = TelemetryAddress("http://127.0.0.1:8080", "s")
    of_runner = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector"}

    added = address.add_to({**of_runner, "A": "b"}, of_runner)

    assert added["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"].startswith(address.url)
    own = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://own"}
    assert address.add_to(own, of_runner) == own


class _Connection:
    def fileno(self):
        return -1


def request_with(number, head=b"", origin=REQUEST):
    data = b"GET / HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n"
    whole = HeadReader().feed(data)
    assert whole is not None
    return PendingRequest(number, "main.f", whole, "/", _Connection(), origin)


def tracing(**changes):
    found = Tracing("0123abcd", **changes)
    found.is_on = True
    return found


def test_a_message_says_which_trace_published_it():
    delivery = Origin("delivery", trace_parent=("c" * 32, "d" * 16))
    request = request_with(7, origin=delivery)

    tracing().begin(request)

    span = TraceContext("c" * 32, "0123abcd00000007", "d" * 16, "attribute")
    assert request.trace == span
    assert b"traceparent" not in request.data


def test_a_request_that_begins_a_trace_costs_nothing():
    request = request_with(7)

    tracing().begin(request)

    assert request.trace is None


def test_under_load_hardly_anybody_looks_for_the_sender():
    now = [5.0]
    found = tracing(clock=lambda: now[0])

    def looked(at, requests):
        now[0] = at
        return sum(found._may_look() for _ in range(requests))

    assert looked(5.0, 200) == LOOKUPS_A_SECOND
    assert looked(6.0, 200) == LOOKUPS_UNDER_LOAD
    assert looked(7.0, 20) == LOOKUPS_UNDER_LOAD
    assert looked(8.0, 20) == 20
