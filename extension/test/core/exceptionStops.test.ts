import assert from "node:assert/strict";
import { test } from "node:test";
import { ExceptionStops, SET_EXCEPTION_BREAKPOINTS } from "../../src/core/exceptionStops";

const editorSets = (...filters: string[]) => ({
  type: "request",
  command: SET_EXCEPTION_BREAKPOINTS,
  arguments: { filters, filterOptions: [] },
});

test("a request that is debugged adds one filter to those of the user, while it lasts", () => {
  const stops = new ExceptionStops();
  stops.fromEditor(editorSets("uncaught"));
  const begun = stops.begin();
  assert.deepEqual(begun, {
    filters: ["uncaught", "userUnhandled"],
    filterOptions: [],
    setByFunclens: true,
  });
  stops.fromEditor({ ...editorSets(), arguments: begun });
  assert.deepEqual(stops.begin().filters, ["uncaught", "userUnhandled"]);
  assert.deepEqual(stops.end().filters, ["uncaught", "userUnhandled"]);
  assert.deepEqual(stops.end().filters, ["uncaught"]);
});

test("what the user chooses meanwhile is what remains", () => {
  const stops = new ExceptionStops();
  stops.begin();
  stops.fromEditor({ type: "request", command: "threads" });
  stops.fromEditor(editorSets("raised", "userUnhandled"));
  assert.deepEqual(stops.end().filters, ["raised", "userUnhandled"]);
});

test("a message without filters sets none", () => {
  const stops = new ExceptionStops();
  stops.fromEditor({ type: "request", command: SET_EXCEPTION_BREAKPOINTS });
  assert.deepEqual(stops.begin().filters, ["userUnhandled"]);
});
