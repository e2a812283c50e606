import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  EMPTY,
  parseDebugTarget,
  parseListing,
  parseOutput,
  parseRunner,
  STOPPED,
} from "../../src/core/protocol";

describe("parseListing", () => {
  it("reads what `funclens list --json` prints", () => {
    const listing = parseListing({
      version: 1,
      functions: [
        {
          id: "billing.main.charge",
          name: "charge",
          endpoint: "billing-charge",
          deployed_name: "billing-charge",
          route: "/billing-charge",
          folder: "/shop",
          source: "billing/main.py",
          file: "billing/cards.py",
          line: 7,
          column: 5,
          end_line: 12,
          signature_type: "http",
          is_async: false,
          trigger: null,
          something_new: true,
        },
      ],
      collisions: [{ endpoint: "status", functions: ["a.main.status", "b.main.status"] }],
      runner: { state: "running", url: "http://127.0.0.1:8080", units: [] },
    });

    assert.equal(listing.functions[0]?.deployedName, "billing-charge");
    assert.equal(listing.functions[0]?.unit, "billing.main");
    assert.equal(listing.functions[0]?.endLine, 12);
    assert.deepEqual(listing.collisions[0]?.functions, ["a.main.status", "b.main.status"]);
    assert.equal(listing.runner.url, "http://127.0.0.1:8080");
  });

  it("reads nothing from nothing", () => {
    for (const value of [undefined, null, 7, "text", [], {}]) {
      assert.deepEqual(parseListing(value), EMPTY);
    }
  });
});

describe("parseRunner", () => {
  it("reads states, debug addresses and failures of units", () => {
    const runner = parseRunner({
      state: "running",
      url: "http://127.0.0.1:8080",
      units: [
        { unit: "a.main", state: "ready", debug: { host: "127.0.0.1", port: 5678 } },
        {
          unit: "b.main",
          state: "failed",
          debug: null,
          failure: { error: "NameError: x", file: "/shop/b/main.py", line: 3, traceback: "" },
        },
      ],
    });

    assert.deepEqual(runner.units[0]?.debug, { host: "127.0.0.1", port: 5678 });
    assert.equal(runner.units[1]?.failure?.line, 3);
    assert.equal(runner.units[1]?.debug, null);
  });

  it("takes an unknown state for stopped", () => {
    assert.deepEqual(parseRunner({ state: "dancing" }), STOPPED);
  });
});

describe("parseOutput and parseDebugTarget", () => {
  it("read entries", () => {
    assert.deepEqual(parseOutput({ entries: [{ unit: "a", stream: "stdout", text: "hi\n" }] }), [
      { unit: "a", stream: "stdout", text: "hi\n" },
    ]);
  });

  it("read an address, or nothing when there is none", () => {
    assert.deepEqual(parseDebugTarget({ unit: "a.main", host: "127.0.0.1", port: 5678 }), {
      unit: "a.main",
      address: { host: "127.0.0.1", port: 5678 },
    });
    assert.equal(parseDebugTarget({ unit: "a.main" }), undefined);
    assert.equal(parseDebugTarget(undefined), undefined);
  });
});
