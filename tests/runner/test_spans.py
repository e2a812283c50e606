"""Spans that functions record with OpenTelemetry, and their collector."""

from __future__ import annotations

import gzip
import http.client
import http.server
import json
import threading

import pytest

from process import DEADLINE_S
from runner.conftest import get
from runner.test_history import ask
from runner.test_traces import SPAN, TRACE, recorded
from runner_process import RunnerProcess

TRACED = """
import os

import functions_framework
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
tracer = provider.get_tracer("shop")


@functions_framework.http
def traced(request):
    parent = propagate.extract(request.headers)
    with tracer.start_as_current_span("charge", parent) as span:
        span.set_attribute("amount", 12)
        span.set_attribute("http.request.header.authorization", "hidden")
        span.add_event("paid", {"by": "card"})
        with tracer.start_as_current_span("store"):
            pass
    return dict(request.headers)
"""
OWN = """
import os

import functions_framework


@functions_framework.http
def own(request):
    return {name: value for name, value in os.environ.items() if "OTEL" in name}
"""


class Collector(http.server.ThreadingHTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.exports = []
        self.changed = threading.Condition()

    def wait_for(self, find):
        with self.changed:
            assert self.changed.wait_for(
                lambda: any(map(find, self.exports)), DEADLINE_S
            ), self.exports
            return next(export for export in self.exports if find(export))


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.changed:
            self.server.exports.append((self.path, dict(self.headers), body))
            self.server.changed.notify_all()
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args):
        return


@pytest.fixture(scope="module")
def collector():
    with Collector() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def runner(tmp_path_factory, collector):
    root = tmp_path_factory.mktemp("spans")
    folder, state = root / "workspace", root / "state"
    for name, text in (("traced", TRACED), ("own", OWN)):
        (folder / name).mkdir(parents=True)
        (folder / name / "main.py").write_text(text, "utf-8")
    (folder / "own" / ".env").write_text(
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://x\n"
    )
    state.mkdir()
    env = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
        "OTEL_EXPORTER_OTLP_HEADERS": "x-key=a%20b",
    }
    options = ("--port", "0", "--traces")
    with RunnerProcess(folder, state=state, env=env, options=options) as process:
        yield process


def post(runner, body, secret, kind="application/json", **headers):
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection(*runner.address, timeout=DEADLINE_S)
    connection.request(
        "POST",
        "/_funclens/otlp/v1/traces",
        body,
        {"Content-Type": kind, "X-Funclens-Traces": secret, **given},
    )
    response = connection.getresponse()
    return response.status, response.read()


def secret_of(runner):
    """The token may do what the secret of the workers does."""
    return {"X_Funclens_Token": runner.wait_event("ready")["token"]}


def test_spans_of_a_function_are_shown_with_its_request(runner, collector):
    seen = len(runner.events)
    status, body = get(runner, "/traced")
    (found,) = recorded(runner, seen, 1)

    assert status == 200
    sent = {name.lower(): value for name, value in json.loads(body).items()}
    trace, span = found["trace_id"], found["span_id"]
    assert sent["traceparent"] == f"00-{trace}-{span}-01"
    assert sent["x-cloud-trace-context"] == f"{trace}/{int(span, 16)};o=1"
    spans = {item["name"]: item for item in ask(runner, f"/{found['id']}")[1]["spans"]}
    assert spans["charge"]["parent_id"] == span
    assert spans["store"]["parent_id"] == spans["charge"]["span_id"]
    assert spans["charge"]["attributes"] == {
        "amount": 12,
        "http.request.header.authorization": "***",
    }
    (event,) = spans["charge"]["events"]
    assert (event["name"], event["attributes"]) == ("paid", {"by": "card"})
    assert 0 <= spans["store"]["seconds"] <= spans["charge"]["seconds"]

    path, headers, _ = collector.wait_for(lambda export: b"charge" in export[2])
    assert path == "/v1/traces"
    assert headers["Content-Type"] == "application/x-protobuf"
    assert {name.lower(): value for name, value in headers.items()}["x-key"] == "a b"
    _, _, own = collector.wait_for(lambda export: span.encode() in export[2])
    (resource,) = json.loads(own)["resourceSpans"]
    exported = [s for scope in resource["scopeSpans"] for s in scope["spans"]]
    (of_runner,) = [s for s in exported if s["spanId"] == span]
    assert of_runner["name"] == "GET traced.main.traced"
    assert of_runner["traceId"] == trace


def test_headers_of_the_client_are_replaced_and_its_trace_kept(runner):
    seen = len(runner.events)
    parent = f"00-{TRACE}-{SPAN}-01"
    _, body = get(
        runner, "/traced", f"TraceParent: {parent}", "X-Cloud-Trace-Context: x"
    )
    (found,) = recorded(runner, seen, 1)

    sent = {name.lower(): value for name, value in json.loads(body).items()}
    assert sent["traceparent"] == f"00-{TRACE}-{found['span_id']}-01"
    assert sent["x-cloud-trace-context"].startswith(f"{TRACE}/")
    detail = ask(runner, f"/{found['id']}")[1]
    assert ["TraceParent", parent] in detail["request"]["headers"]
    assert (found["trace_id"], found["parent_id"]) == (TRACE, SPAN)


def test_variables_from_env_files_stay(runner):
    seen = len(runner.events)
    _, body = get(runner, "/own")
    recorded(runner, seen, 1)

    names = json.loads(body)
    assert names["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] == "http://x"
    assert "OTEL_EXPORTER_OTLP_TRACES_HEADERS" not in names


EXPORT = {
    "resourceSpans": [
        {
            "resource": {
                "attributes": [
                    {"key": "service.name", "value": {"stringValue": "shop"}}
                ]
            },
            "scopeSpans": [
                {
                    "spans": [
                        {
                            "traceId": TRACE.upper(),
                            "spanId": "ab" * 8,
                            "name": "in JSON",
                            "kind": "SPAN_KIND_CLIENT",
                            "startTimeUnixNano": "1790000000000000000",
                            "endTimeUnixNano": 1790000001500000000,
                            "status": {"code": 2, "message": "no"},
                        }
                    ]
                }
            ],
        }
    ]
}


def test_spans_are_received_in_json_too(runner):
    seen = len(runner.events)
    get(runner, "/own", f"traceparent: 00-{TRACE}-{SPAN}-01")
    (found,) = recorded(runner, seen, 1)
    data = gzip.compress(json.dumps(EXPORT).encode())

    status, body = post(runner, data, "", Content_Encoding="gzip", **secret_of(runner))

    assert (status, body) == (200, b"{}")
    spans = ask(runner, f"/{found['id']}")[1]["spans"]
    (span,) = [item for item in spans if item["name"] == "in JSON"]
    assert (span["kind"], span["status"], span["message"]) == ("client", "error", "no")
    assert (span["seconds"], span["service"]) == (1.5, "shop")
    assert span["started_at"] == "2026-09-21T14:13:20.000000Z"


def test_only_workers_may_send_spans(runner):
    data = json.dumps(EXPORT).encode()

    assert post(runner, data, "wrong")[0] == 403
    assert post(runner, data, "")[0] == 403
    origin = {"Origin": runner.url, **secret_of(runner)}
    assert post(runner, data, "", **origin)[0] == 403


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b'{"resourceSpans": 7}', {}, 400),
        (b'{"resourceSpans": [{"scopeSpans": [{"spans": [{}]}]}]}', {}, 400),
        (b"[" * 100_000, {}, 400),
        (b" " * (4 * 1024 * 1024 + 1), {}, 400),
        (gzip.compress(b" " * (5 * 1024 * 1024)), {"Content_Encoding": "gzip"}, 400),
        (gzip.compress(b"{}")[:-6], {"Content_Encoding": "gzip"}, 400),
        (b"{}", {"Content_Encoding": "zstd"}, 400),
        (b"{}", {"kind": "text/plain"}, 415),
        (b"\xff\xff\xff", {"kind": "application/x-protobuf"}, 400),
    ],
    ids=range(11),
)
def test_hostile_exports_are_refused(runner, body, headers, status):
    assert post(runner, body, "", **headers, **secret_of(runner))[0] == status
