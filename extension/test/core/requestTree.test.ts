import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_DRAFT } from "../../src/core/draft";
import { readFunctionInfo, readRequestSummary, readSavedRequest } from "../../src/core/protocol";
import { type RequestSources, requestTree } from "../../src/core/requestTree";
import { pathAt, timeText, withRequests } from "../../src/core/summaries";

const fn = (id: string) => readFunctionInfo({ id, endpoint: id });
const saved = readSavedRequest({ id: "b", name: "Ten", method: "POST", path: "?x", line: 4 });
const sent = { ...EMPTY_DRAFT, method: "PUT", body: '{\n "a": 1\n}' };
const summary = (id: string, more: object = {}) =>
  readRequestSummary({
    ...{ id, function: "b", method: "POST", path: "/new", query: "x=1", status: 200 },
    ...{ seconds: 0.0123, received_at: "2026-01-05T10:00:00Z", origin: "request", ...more },
  });
const failed = summary("2", { status: 500, failed: true, origin: "delivery" });

const SOURCES: RequestSources = {
  functions: [fn("a"), fn("b"), fn("c")],
  saved: [saved],
  recorded: [failed, summary("1"), summary("0", { function: "gone" })],
  sentTo: (id) => (id === "a" ? [] : [sent]),
  draftOf: (id) => (id === "1" ? sent : undefined),
};

function labels(filter = "", sources = SOURCES): (readonly [string, readonly string[]])[] {
  return requestTree(sources, filter).map(
    ({ label, requests }) =>
      [label, requests.map((node) => `${node.kind} ${node.label} ${node.fn.id}`)] as const,
  );
}

test("saved requests come first, then the history, newest first, without doubles", () => {
  assert.deepEqual(labels(), [
    ["Saved", ["saved Ten b"]],
    ["History", ["recorded POST /b/new?x=1 b", "recorded POST /b/new?x=1 b", "sent PUT /c c"]],
  ]);
  const [, history] = requestTree(SOURCES);
  assert.deepEqual(
    history?.requests.map(({ draft, icon }) => [draft?.method, icon.name]),
    [
      [undefined, "error"],
      ["PUT", "pass"],
      ["PUT", "history"],
    ],
  );
  assert.match(history?.requests[0]?.description ?? "", /^delivery · 500 · 12 ms · 20/);
});

test("a filter leaves requests by words, status and state", () => {
  assert.deepEqual(labels("@failed"), [["History", ["recorded POST /b/new?x=1 b"]]]);
  assert.deepEqual(labels("new 200"), [["History", ["recorded POST /b/new?x=1 b"]]]);
  assert.deepEqual(labels("@saved"), [["Saved", ["saved Ten b"]]]);
  assert.deepEqual(labels("@delivery b"), labels("@failed"));
  assert.deepEqual(labels("nothing"), []);
});

test("new requests are put in front, and a reset replaces all", () => {
  const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
  const list = withRequests([], { reset: true, requests: [summary("1")] });

  const more = withRequests(list, { reset: false, requests: [summary("3"), summary("1")] });
  assert.deepEqual(ids(more), ["3", "1"]);
  assert.deepEqual(ids(withRequests(more, { reset: true, requests: [] })), []);
  const late = summary("late", { received_at: "2026-01-05T09:00:00Z" });
  assert.deepEqual(ids(withRequests(more, { reset: false, requests: [late] })), ["3", "1", "late"]);
  const many = Array.from({ length: 600 }, (_, number) => summary(`m${number}`));
  assert.equal(withRequests(more, { reset: false, requests: many }).length, 500);
});

test("a time has its day if that isn't today", () => {
  const now = new Date(2026, 0, 5, 12);
  assert.equal(timeText(new Date(2026, 0, 5, 9, 8, 7).toISOString(), now), "09:08:07");
  assert.equal(timeText(new Date(2025, 11, 31, 9, 8, 7).toISOString(), now), "2025-12-31 09:08:07");
  assert.equal(timeText("", now), "");
});

test("a path is shown from the address on, as the page shows it", () => {
  const shown = ["", "/", "?q=1", "/?q=1", "/new", "new?x"].map((path) => pathAt(fn("b"), path));
  assert.deepEqual(shown, ["/b", "/b", "/b?q=1", "/b?q=1", "/b/new", "/b/new?x"]);
});
