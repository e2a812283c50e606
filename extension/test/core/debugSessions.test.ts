import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { attachConfiguration, DebugIntentions, SessionEnding } from "../../src/core/debugSessions";
import { type DebugAddress, readRunnerStatus } from "../../src/core/protocol";

const OLD: DebugAddress = { host: "127.0.0.1", port: 5001 };
const NEW: DebugAddress = { host: "127.0.0.1", port: 5002 };

function runnerWith(unit: string, debug: DebugAddress | null) {
  return readRunnerStatus({ state: "running", url: "x", units: [{ unit, state: "ready", debug }] });
}

describe("attachConfiguration", () => {
  it("attaches to the port, with only the user's code, in one process", () => {
    const { type, request, port, justMyCode, subProcess } = attachConfiguration("a.main", OLD);

    assert.deepEqual(
      { type, request, port, justMyCode, subProcess },
      { type: "funclens", request: "attach", port: 5001, justMyCode: true, subProcess: false },
    );
  });
});

describe("DebugIntentions", () => {
  it("contain a unit whose worker has a new port", () => {
    const intentions = new DebugIntentions();
    intentions.begin("a.main", OLD);

    assert.deepEqual(intentions.moved(runnerWith("a.main", NEW)), [
      { unit: "a.main", address: NEW },
    ]);
  });

  it("are empty while the worker stays or is starting", () => {
    const intentions = new DebugIntentions();
    intentions.begin("a.main", OLD);

    assert.deepEqual(intentions.moved(runnerWith("a.main", OLD)), []);
    assert.deepEqual(intentions.moved(runnerWith("a.main", null)), []);
  });

  it("exclude units that are not debugged", () => {
    const intentions = new DebugIntentions();
    intentions.begin("a.main", OLD);
    intentions.end("a.main");

    assert.deepEqual(intentions.moved(runnerWith("a.main", NEW)), []);
    assert.deepEqual(intentions.moved(runnerWith("b.main", NEW)), []);
  });
});

describe("SessionEnding", () => {
  it("is by the user if the editor disconnects first", () => {
    const ending = new SessionEnding();
    ending.fromEditor({ type: "request", command: "disconnect" });
    ending.fromAdapter({ type: "event", event: "terminated" });

    assert.equal(ending.byPerson, true);
  });

  it("is by the worker if it exited first", () => {
    const ending = new SessionEnding();
    ending.fromAdapter({ type: "event", event: "terminated" });
    ending.fromEditor({ type: "request", command: "disconnect" });

    assert.equal(ending.byPerson, false);
  });

  it("is by the worker if the connection broke", () => {
    const ending = new SessionEnding();
    ending.fromEditor({ type: "request", command: "continue" });

    assert.equal(ending.byPerson, false);
  });
});
