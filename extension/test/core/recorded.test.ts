import assert from "node:assert/strict";
import { test } from "node:test";
import { readRequestDetail, readRequestSummary } from "../../src/core/protocol";
import { recordedBody, recordedDraft, recordedHead, recordedView } from "../../src/core/recorded";

const DETAIL = {
  ...{ id: "1", function: "main.f", method: "POST", path: "/new", query: "x=1", status: 500 },
  ...{ seconds: 0.1, received_at: "2026-01-05T10:00:00Z", failed: true, origin: "delivery" },
  ...{ trace_id: "t", span_id: "s1", parent_id: null },
  timing: { queued: 0.02, loading: 0, function: 0.06, streaming: 0.02 },
  request: {
    ...{ target: "/f/new?x=1", headers: [["A", "b"]], text: "hello", size: 9, truncated: true },
  },
  response: { status: 500, headers: [["C", "d"]], base64: "AAE=", size: 2 },
  exception: {
    ...{ type: "ValueError", message: "no" },
    frames: [
      { file: "/lib/x.py", line: 3, function: "g", source: "  call()", is_user: false },
      { file: "C:\\w\\main.py", line: 7, function: "f", is_user: true, locals: { a: "1" } },
    ],
  },
  delivery: { source: "topic orders", event_id: "e", attempt: 2, result: "retrying" },
  draft: { method: "POST", path: "/new?x=1", headers: "A: b", body: "hello" },
};
const detail = readRequestDetail(DETAIL);

test("what happened to a request is said in words and shares of its time", () => {
  const view = recordedView(detail, []);

  assert.match(view.title, /delivery of topic orders, attempt 2$/);
  assert.deepEqual(
    view.timing.map(({ text, start, length }) => [text, start.toFixed(1), length.toFixed(1)]),
    [
      ["20 ms", "0.0", "0.2"],
      ["0 ms", "0.2", "0.0"],
      ["60 ms", "0.2", "0.6"],
      ["20 ms", "0.8", "0.2"],
    ],
  );
  assert.equal(view.exception, "ValueError: no");
  assert.deepEqual(
    view.frames.map(({ place, isUser, locals }) => [place, isUser, locals]),
    [
      ["x.py:3", false, []],
      ["main.py:7", true, [["a", "1"]]],
    ],
  );
  assert.equal(view.request, "POST /f/new?x=1\nA: b\n\nhello\n… the first 5 B of 9 B");
});

test("a trace is a list of requests below those that caused them", () => {
  const other = (id: string, span: string, parent: string, more: object = {}) =>
    readRequestSummary({ ...DETAIL, id, span_id: span, parent_id: parent, ...more });
  const ring = [other("2", "s2", "s1"), other("3", "s3", "s2"), other("4", "s4", "s4")];
  const foreign = other("5", "s5", "s1", { trace_id: "u" });

  const { trace } = recordedView(detail, [detail, ...ring, foreign]);

  assert.deepEqual(
    trace.map(({ id, depth, isShown }) => [id, depth, isShown]),
    [
      ["1", 0, true],
      ["2", 1, false],
      ["3", 2, false],
      ["4", 20, false],
    ],
  );
  assert.deepEqual(recordedView(detail, [detail]).trace, []);
});

test("response and draft are those that were recorded, if any", () => {
  assert.deepEqual(recordedHead(detail)?.reason, "Internal Server Error");
  assert.ok(detail.response);
  assert.deepEqual([...recordedBody(detail.response)], [0, 1]);
  assert.equal(recordedDraft(detail)?.path, "/new?x=1");
  const unknown = readRequestDetail({ id: "1", status: 0 });
  assert.equal(recordedHead(unknown), undefined);
  assert.equal(recordedDraft(unknown), undefined);
  assert.equal(recordedView(unknown, []).request, "");
});
