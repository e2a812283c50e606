import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readListing } from "../../src/core/protocol";
import { buildTree } from "../../src/core/tree";

function listing(runner: object = {}) {
  const place = { folder: "/shop", line: 3, end_line: 5 };
  return readListing({
    functions: [
      {
        ...place,
        id: "billing.main.charge",
        endpoint: "charge",
        route: "/charge",
        source: "billing/main.py",
        file: "billing/main.py",
        signature_type: "http",
        unit: "billing.main",
      },
      {
        ...place,
        id: "main.news",
        endpoint: "news",
        route: "/news",
        source: "main.py",
        file: "main.py",
        signature_type: "cloudevent",
        is_async: true,
        unit: "main",
      },
    ],
    collisions: [{ endpoint: "charge", functions: ["billing.main.charge"] }],
    runner,
  });
}

const READY = { unit: "billing.main", state: "ready", debug: null, failure: null };

describe("buildTree", () => {
  it("groups functions by unit, named by their folders", () => {
    assert.deepEqual(
      buildTree(listing()).map((unit) => [unit.label, unit.functions.map((fn) => fn.label)]),
      [
        ["billing", ["charge"]],
        ["main.py", ["news"]],
      ],
    );
  });

  it("shows the workspace folder if there are several", () => {
    const functions = ["/home/ada/shop", "/home/ada/bank"].map((folder) => ({
      id: `${folder}.main.f`,
      unit: `${folder}.main`,
      folder,
      source: "billing/main.py",
    }));

    assert.deepEqual(
      buildTree(readListing({ functions })).map((unit) => unit.label),
      ["shop/billing", "bank/billing"],
    );
  });

  it("shows routes, and signature types other than http", () => {
    const [billing, main] = buildTree(listing());

    assert.equal(billing?.functions[0]?.description, "/charge");
    assert.equal(main?.functions[0]?.description, "/news · async cloudevent");
  });

  it("marks functions that collide", () => {
    const [billing, main] = buildTree(listing());

    assert.equal(billing?.functions[0]?.collides, true);
    assert.equal(main?.functions[0]?.collides, false);
    assert.match(billing?.functions[0]?.tooltip ?? "", /also has the endpoint charge/);
  });

  it("shows no state while nothing is running", () => {
    const [billing] = buildTree(listing({ state: "stopped", units: [READY] }));

    assert.equal(billing?.description, "");
    assert.equal(billing?.context, "unit");
  });

  it("shows the state of units of a running runner", () => {
    const url = "http://127.0.0.1:8080";
    const failed = { ...READY, unit: "main", state: "failed", failure: { error: "NameError: x" } };
    const [billing, main] = buildTree(listing({ state: "running", url, units: [READY, failed] }));

    assert.deepEqual([billing?.description, billing?.icon.color], ["ready", "testing.iconPassed"]);
    assert.deepEqual([main?.description, main?.icon.color], ["failed", "testing.iconFailed"]);
    assert.match(main?.tooltip ?? "", /NameError: x/);
    assert.equal(billing?.functions[0]?.context, "function http running");
  });

  it("shows which units are debugged", () => {
    const debug = { host: "127.0.0.1", port: 5678 };
    const runner = { state: "running", url: "x", units: [{ ...READY, debug }] };

    assert.equal(buildTree(listing(runner))[0]?.description, "ready, debugging");
  });
});
