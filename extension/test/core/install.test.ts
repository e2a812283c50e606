import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { installationFor } from "../../src/core/install";
import { readRunnerStatus } from "../../src/core/protocol";

function plan(remedy: object | null) {
  const failure = { error: "ModuleNotFoundError: x", file: null, line: null, hint: "", remedy };
  const runner = readRunnerStatus({
    state: "running",
    url: "x",
    units: [{ unit: "a.main", state: "failed", failure }],
  });
  return installationFor(runner, "a.main");
}

describe("installationFor", () => {
  it("uses the command of the remedy, with spaces in paths", () => {
    const command = ["/my envs/python", "-m", "pip", "install", "-r", "/the shop/requirements.txt"];

    assert.deepEqual(
      plan({ code: "missing-requirements", interpreter: "/my envs/python", command }),
      {
        unit: "a.main",
        interpreter: "/my envs/python",
        program: "/my envs/python",
        args: ["-m", "pip", "install", "-r", "/the shop/requirements.txt"],
      },
    );
  });

  it("suggests nothing if the package is uncertain", () => {
    const remedy = { code: "missing-package", interpreter: "/usr/bin/python3", package: null };

    assert.equal(plan(remedy), undefined);
    assert.equal(plan({ ...remedy, command: [] }), undefined);
  });

  it("suggests nothing if nothing is missing", () => {
    assert.equal(plan(null), undefined);
    assert.equal(installationFor(readRunnerStatus({}), "a.main"), undefined);
  });
});
