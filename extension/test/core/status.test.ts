import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EMPTY, type Listing, readListing } from "../../src/core/protocol";
import { actions, statusText } from "../../src/core/status";
import { explainMismatch } from "../../src/core/version";

function listing(count: number, runner: object = {}, reported: string[] = []): Listing {
  const functions = Array.from({ length: count }, (_, index) => ({ id: `a.main.f${index}` }));
  return readListing({ functions, reported, runner });
}

const RUNNING = { state: "running", url: "http://127.0.0.1:8080" };

describe("statusText", () => {
  it("counts functions", () => {
    assert.equal(statusText("running", listing(1), true).text, "$(circle-outline) 1 function");
    assert.equal(statusText("running", listing(5), true).text, "$(circle-outline) 5 functions");
  });

  it("shows collisions that are reported as problems", () => {
    const status = statusText("running", listing(2, {}, ["status"]), true);

    assert.match(status.text, /\$\(warning\) 1$/);
    assert.match(status.tooltip, /1 endpoint shared by several functions/);
  });

  it("shows the address while running, and a failed unit", () => {
    const failed = { ...RUNNING, units: [{ unit: "a.main", state: "failed" }] };

    assert.match(statusText("running", listing(1, RUNNING), true).tooltip, /127\.0\.0\.1:8080/);
    assert.match(statusText("running", listing(1, RUNNING), true).text, /circle-filled/);
    assert.match(statusText("running", listing(1, failed), true).text, /circle-slash/);
  });

  it("says what is disabled in an untrusted workspace", () => {
    assert.match(statusText("running", listing(1), false).tooltip, /not trusted/);
  });

  it("says that the server is not running", () => {
    assert.equal(statusText("no-interpreter", EMPTY, true).severity, "error");
    assert.equal(statusText("stopped", EMPTY, true).severity, "error");
  });
});

describe("actions", () => {
  const commands = (...parameters: Parameters<typeof actions>) =>
    actions(...parameters).map((action) => action.command);

  it("run nothing in an untrusted workspace", () => {
    const offered = commands("running", listing(1), false);

    assert.ok(offered.includes("workbench.trust.manage"));
    assert.ok(!offered.some((command) => /run|debug$/.test(command)));
  });

  it("offer stop only for a running runner", () => {
    assert.ok(!commands("running", listing(1), true).includes("funclens.palette.stop"));
    assert.ok(commands("running", listing(1, RUNNING), true).includes("funclens.palette.stop"));
  });

  it("help with a missing interpreter", () => {
    assert.equal(commands("no-interpreter", EMPTY, true)[0], "funclens.palette.choosePython");
  });
});

describe("explainMismatch", () => {
  it("reports only different versions", () => {
    assert.equal(explainMismatch("0.1.0", "0.1.0"), undefined);
    assert.match(explainMismatch("0.2.0", "0.1.0") ?? "", /Extension 0\.2\.0, server 0\.1\.0$/);
    assert.match(explainMismatch("0.2.0", undefined) ?? "", /unknown version$/);
  });
});
