import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  debugTarget,
  EMPTY,
  readFunctionsChanged,
  readListing,
  readOutput,
  readRunnerStatus,
  STOPPED,
  withChange,
} from "../../src/core/protocol";
import messages from "../fixtures/messages.json";

describe("the server's messages", () => {
  const listing = readListing(messages.Listing);
  const change = readFunctionsChanged(messages.FunctionsChanged);

  it("hold functions, collisions and the runner", () => {
    assert.deepEqual(
      listing.functions.map((fn) => fn.id),
      ["billing.main.charge", "billing.main.note", "mail.main.charge", "mail.main.note"],
    );
    const [charge] = listing.functions;
    assert.equal(charge?.qualifiedName, "billing.main.charge");
    assert.equal(charge?.deployedName, null);
    assert.equal(charge?.endLine, 6);
    assert.equal(charge?.unit, "billing.main");
    assert.deepEqual(listing.collisions[0]?.functions, ["billing.main.charge", "mail.main.charge"]);
    assert.equal(listing.runner.url, "http://127.0.0.1:8080");
  });

  it("hold states, debug addresses and remedies of units", () => {
    const [billing, mail] = readRunnerStatus(messages.RunnerStatus).units;

    assert.deepEqual(billing?.debug, { host: "127.0.0.1", port: 5678 });
    assert.equal(billing?.failure, null);
    assert.equal(mail?.failure?.line, 1);
    assert.equal(mail?.failure?.remedy?.package, "functions-framework");
  });

  it("hold output", () => {
    assert.deepEqual(readOutput(messages.Output).entries, [
      { unit: "billing.main", stream: "stdout", text: "hi\n" },
    ]);
  });

  it("apply a change to a listing", () => {
    const changed = withChange(listing, change);

    assert.deepEqual(
      changed?.functions.map((fn) => fn.id),
      change.order,
    );
    assert.deepEqual(
      changed?.functions.map((fn) => fn.endLine),
      [6, 12],
    );
    assert.deepEqual(changed?.collisions, []);
    assert.equal(changed?.runner, listing.runner);
  });

  it("detect a missed change", () => {
    assert.equal(withChange(listing, { ...change, revision: change.revision + 1 }), undefined);
    assert.equal(withChange(listing, { revision: listing.revision, removed: ["x"] }), listing);
  });
});

describe("readers", () => {
  it("read missing values as empty", () => {
    for (const value of [undefined, null, 7, "text", [], {}]) {
      assert.deepEqual(readListing(value), EMPTY);
      assert.deepEqual(readRunnerStatus(value), STOPPED);
      assert.equal(debugTarget(value), undefined);
    }
  });

  it("read an unknown state as stopped, and ignore unknown fields", () => {
    assert.deepEqual(readRunnerStatus({ state: "dancing", more: true }), STOPPED);
  });

  it("read an address, or undefined without one", () => {
    assert.deepEqual(debugTarget({ unit: "a.main", host: "127.0.0.1", port: 5678 }), {
      unit: "a.main",
      address: { host: "127.0.0.1", port: 5678 },
    });
    assert.equal(debugTarget({ unit: "a.main" }), undefined);
  });
});
