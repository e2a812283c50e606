import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf, deliverArgument, deliveryLine, headOf } from "../../src/core/delivery";
import { EMPTY_DRAFT } from "../../src/core/draft";
import { readDeliverResult, readDelivery } from "../../src/core/protocol";

const EVENT = { name: "pubsub", mode: "", data: "late" };

test("the server is asked for what the draft says, and the number that the way needs", () => {
  const draft = { ...EMPTY_DRAFT, headers: "A: b\n# C: d", event: { ...EVENT, count: 3 } };
  const asked = (way?: "retry" | "duplicate" | "shuffle") =>
    deliverArgument("main.f", {
      ...draft,
      event: { ...draft.event, ...(way ? { way } : {}) },
    }) as Record<string, unknown>;

  assert.deepEqual(asked("retry"), {
    id: "main.f",
    way: "retry",
    event: "pubsub",
    data: "late",
    headers: ["A: b"],
    attempts: 3,
  });
  assert.equal(asked("shuffle")["count"], 3);
  assert.equal("attempts" in asked("duplicate"), false);
});

test("a delivery is a line that says how it went, and a remark is not good or bad", () => {
  const failed = readDelivery({
    ...{ id: "main.f", text: "attempt 2 after 10 s", status: 500, reason: "Internal Server Error" },
    ...{ seconds: 0.004, error: "ValueError: no" },
  });

  assert.deepEqual(deliveryLine(failed), {
    text: "attempt 2 after 10 s: 500 Internal Server Error · 4 ms · ValueError: no",
    good: false,
  });
  assert.deepEqual(deliveryLine(readDelivery({ text: "4 delivered" })), { text: "4 delivered" });
});

test("the last response has its bytes", () => {
  const response = { status: 200, headers: [["A", "b"]], body: "AAE=", base64: true };
  const result = readDeliverResult({ response }).response;

  assert.ok(result);
  assert.deepEqual([...bodyOf(result)], [0, 1]);
  assert.deepEqual(headOf(result).headers, [["A", "b"]]);
});
