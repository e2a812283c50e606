import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { installationFor } from "../../src/core/install";
import { parseRunner } from "../../src/core/protocol";

function plan(hint: string) {
  const failure = { error: "ModuleNotFoundError: x", file: null, line: null, hint };
  const runner = parseRunner({
    state: "running",
    url: "x",
    units: [{ unit: "a.main", state: "failed", failure }],
  });
  return installationFor(runner, "a.main");
}

describe("installationFor", () => {
  it("takes the command of the hint, spaces in paths and all", () => {
    assert.deepEqual(
      plan(
        "Install what it needs: /my envs/bin/python -m pip install -r /the shop/requirements.txt",
      ),
      {
        unit: "a.main",
        python: "/my envs/bin/python",
        args: ["-m", "pip", "install", "-r", "/the shop/requirements.txt"],
      },
    );
    assert.deepEqual(
      plan("Install it: /usr/bin/python3 -m pip install functions-framework")?.args,
      ["-m", "pip", "install", "functions-framework"],
    );
  });

  it("names the package of a module", () => {
    const hint = "Install the package that provides functions_framework for: /usr/bin/python3";

    assert.deepEqual(plan(hint), {
      unit: "a.main",
      python: "/usr/bin/python3",
      args: ["-m", "pip", "install", "functions-framework"],
    });
  });

  it("offers nothing where nothing is lacking", () => {
    assert.equal(plan(""), undefined);
    assert.equal(installationFor(parseRunner({}), "a.main"), undefined);
  });
});
