import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { variablesIn } from "../../src/core/inlineValues";
import {
  chooseUnits,
  isInFunctionsValue,
  launchTargets,
  quotedAround,
} from "../../src/core/launch";
import { EMPTY, readListing } from "../../src/core/protocol";

const fn = (unit: string, name: string) => ({
  id: `${unit}.${name}`,
  endpoint: name,
  unit,
  route: `/${name}`,
  signature_type: "http",
});
const LISTING = readListing({
  functions: [fn("a.main", "one"), fn("a.main", "two"), fn("b.main", "two"), fn("b.main", "three")],
});

function unitsOf(functions: unknown): string[] | string {
  const chosen = chooseUnits(LISTING, functions);
  return chosen.kind === "units" ? chosen.units.map((item) => item.functionId) : chosen.message;
}

describe("chooseUnits", () => {
  it("takes every unit once when nothing is said", () => {
    assert.deepEqual(unitsOf(undefined), ["a.main.one", "b.main.two"]);
    assert.deepEqual(unitsOf("all"), ["a.main.one", "b.main.two"]);
  });

  it("takes units, functions and endpoints", () => {
    assert.deepEqual(unitsOf("b.main"), ["b.main.two"]);
    assert.deepEqual(unitsOf("b.main.three"), ["b.main.three"]);
    assert.deepEqual(unitsOf("two"), ["a.main.two", "b.main.two"]);
    assert.deepEqual(unitsOf(["one", "three"]), ["a.main.one", "b.main.three"]);
  });

  it("names what does not exist, and what does", () => {
    assert.match(String(unitsOf("four")), /not found: four\. Known functions: a\.main\.one/);
    assert.match(JSON.stringify(chooseUnits(EMPTY, "all")), /No functions found/);
  });

  it("starts no crowd of sessions", () => {
    const functions = Array.from({ length: 13 }, (_, index) => fn(`u${index}.main`, "f"));

    assert.match(JSON.stringify(chooseUnits(readListing({ functions }), "all")), /13 debug/);
  });
});

describe("completion of functions", () => {
  it("offers units and functions; the schema offers all", () => {
    assert.deepEqual(
      launchTargets(LISTING).map((target) => target.text),
      ["a.main", "b.main", "a.main.one", "a.main.two", "b.main.two", "b.main.three"],
    );
  });

  it("replaces the string around the cursor, with its quotes", () => {
    const taken = (line: string, column: number) => {
      const { start, end } = quotedAround(line, column);
      return line.slice(start, end);
    };

    assert.equal(taken('"functions": ""', 14), '""');
    assert.equal(taken('"functions": "bil"', 17), '"bil"');
    assert.equal(taken('"functions": "bil', 17), '"bil');
    assert.equal(taken('"functions": ["a", "b], "x": 1', 21), '"b');
  });

  it("is asked for inside the value alone", () => {
    assert.ok(isInFunctionsValue('{"functions": "'));
    assert.ok(isInFunctionsValue('{"functions": ["a.main", "b'));
    assert.ok(!isInFunctionsValue('{"functions": ["a.main"], "name": "'));
    assert.ok(!isInFunctionsValue('{"name": "'));
  });
});

describe("variablesIn", () => {
  const names = (...lines: string[]) =>
    variablesIn(lines).map((found) => found.map((item) => item.name));

  it("finds names, with their place", () => {
    assert.deepEqual(variablesIn(["  total = price"]), [
      [
        { name: "total", start: 2, end: 7 },
        { name: "price", start: 10, end: 15 },
      ],
    ]);
  });

  it("leaves out attributes, calls, keywords, texts and comments", () => {
    assert.deepEqual(names('if request.args.get("amount") is not None:  # amount'), [[]]);
    assert.deepEqual(names("for item in items: print(item)"), [["item", "items", "item"]]);
    assert.deepEqual(names("f(key=value, other=2)"), [["value"]]);
    assert.deepEqual(names("if a == b:"), [["a", "b"]]);
    assert.deepEqual(names("x = 'it\\'s' + y"), [["x", "y"]]);
    assert.deepEqual(names("from flask import request"), [[]]);
    assert.deepEqual(names("@functions_framework.http"), [[]]);
  });

  it("leaves out texts over several lines", () => {
    assert.deepEqual(
      names('"""Say "hello" to name.', "and others", '"""; a = b', "'''one''' + c", 'd = """', "e"),
      [[], [], ["a", "b"], ["c"], ["d"], []],
    );
  });
});
