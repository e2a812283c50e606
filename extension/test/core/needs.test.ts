import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeNeed, mayCreate, offerFor, unitLines } from "../../src/core/needs";
import { readListing, readSetUpPlan } from "../../src/core/protocol";
import { FunctionTree } from "../../src/core/tree";
import { describeNode } from "../../src/core/treeItems";

const PYTHON = "/shop/.venv/bin/python";

function listing(needs: object[], python = PYTHON) {
  const command = [python, "-m", "pip", "install", "x"];
  const remedy = { code: "missing-package", interpreter: python, command };
  return readListing({
    functions: ["a", "b", "c"].map((name) => ({
      id: `${name}.main.run`,
      unit: `${name}.main`,
      source: `${name}/main.py`,
      folder: "/shop",
    })),
    needs,
    runner: { state: "running", units: [{ unit: "a.main", state: "failed", failure: { remedy } }] },
  });
}

const need = (unit: string, missing: string[] = [], has_environment = false) => ({
  unit,
  missing,
  has_environment,
});

describe("offerFor", () => {
  it("sets up a unit that lacks its environment", () => {
    assert.deepEqual(offerFor(listing([need("a.main")]), "a.main", ["/shop"]), {
      kind: "set-up",
      unit: "a.main",
    });
  });

  it("installs a package that the environment lacks, and asks outside of the workspace", () => {
    const outside = (python: string) => {
      const offer = offerFor(listing([], python), "a.main", ["/shop"]);
      return offer?.kind === "install" && offer.outside;
    };

    assert.equal(outside(PYTHON), false);
    assert.equal(outside("/usr/bin/python3"), true);
    assert.equal(outside("/shop-2/.venv/bin/python"), true);
  });

  it("offers nothing without a remedy", () => {
    assert.equal(offerFor(listing([]), "b.main", ["/shop"]), undefined);
  });
});

describe("unitLines", () => {
  it("lists what lacks something first, and all of it", () => {
    const lines = unitLines(listing([need("b.main", ["w", "x", "y", "z"]), need("c.main")]));

    assert.deepEqual(
      lines.map((line) => [line.label, line.description, line.unit]),
      [
        ["All 2 units that lack something", "", ""],
        ["b.main", "lacks w, x, y, …", "b.main"],
        ["c.main", "no environment", "c.main"],
        ["a.main", "", "a.main"],
      ],
    );
  });
});

describe("describeNeed", () => {
  it("says nothing about a unit that needs nothing", () => {
    assert.equal(describeNeed(undefined), "");
  });
});

describe("FunctionTree", () => {
  it("marks units that lack something, and refreshes them alone", () => {
    const tree = new FunctionTree();
    const before = listing([]);
    tree.update(before);
    const changed = tree.update({ ...before, needs: listing([need("b.main", ["x"], true)]).needs });
    const shown = (unit: string) => {
      const node = tree.findUnit(unit);
      const { context, description } = node ? describeNode(tree, node) : {};
      return [context, description];
    };

    assert.deepEqual(changed, [tree.findUnit("b.main")]);
    assert.deepEqual(shown("a.main"), ["unit running failed", "failed"]);
    assert.deepEqual(shown("b.main"), ["unit running idle incomplete", "idle, lacks x"]);
  });
});

describe("mayCreate", () => {
  const plan = { unit: "a", environment: "/shop/.venv", folder: "/shop", keeps_packages: false };
  const at = (more: object, project?: string) =>
    mayCreate(readSetUpPlan({ ...plan, version: "", ...more }), project);

  it("needs a project at the requirements, and any Python", () => {
    assert.equal(at({}, "/shop"), true);
    assert.equal(at({}, "/"), false);
    assert.equal(at({}), false);
    assert.equal(at({ version: "3.12" }, "/shop"), false);
    assert.equal(at({ keeps_packages: true }, "/shop"), false);
  });
});
