import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  debugTarget,
  EMPTY,
  readFunctionsChanged,
  readListing,
  readOutput,
  readResponsesChanged,
  readRunnerStatus,
  readUnitsChanged,
  STOPPED,
  withChange,
  withResponses,
  withRunner,
  withUnits,
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
      changed?.functions.map((fn) => [fn.name, fn.endLine]),
      [
        ["charge", 6],
        ["later", 11],
        ["note", 17],
      ],
    );
    assert.deepEqual(changed?.collisions, []);
    assert.equal(changed?.runner, listing.runner);
  });

  it("move functions, put them first and change who collides", () => {
    const changed = withChange(listing, {
      revision: 1,
      moved: [{ id: "mail.main.note", line: 30, endLine: 32 }],
      placed: { after: null, ids: ["mail.main.note"] },
      collided: [
        { endpoint: "note", added: [], removed: ["mail.main.note"] },
        { endpoint: "new", added: ["mail.main.note", "mail.main.charge"], removed: [] },
      ],
    });

    assert.deepEqual(
      changed?.functions.map((fn) => fn.id),
      ["mail.main.note", "billing.main.charge", "billing.main.note", "mail.main.charge"],
    );
    assert.deepEqual([changed?.functions[0]?.line, changed?.functions[0]?.endLine], [30, 32]);
    assert.deepEqual(
      changed?.collisions.map((item) => [item.endpoint, item.functions.length]),
      [
        ["charge", 2],
        ["note", 1],
        ["new", 2],
      ],
    );
  });

  it("change units and responses, which a stopped runner loses", () => {
    const { units } = readUnitsChanged(messages.UnitsChanged);
    const { responses } = readResponsesChanged(messages.ResponsesChanged);
    const failed = withUnits({ ...listing, runner: { ...listing.runner, units: [] } }, units);
    const answered = withResponses(listing, responses);

    assert.deepEqual(
      failed.runner.units.map((unit) => unit.state),
      ["failed"],
    );
    assert.deepEqual(
      answered.responses.map((item) => [item.id, item.status, item.duration, item.error]),
      [
        ["billing.main.charge", 200, "12 ms", ""],
        ["mail.main.note", 500, "1.3 s", "ValueError: no luck"],
      ],
    );
    assert.deepEqual(withRunner(answered, STOPPED).responses, []);
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
