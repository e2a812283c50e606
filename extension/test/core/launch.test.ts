import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chooseUnits, functionsValueAt, launchTargets } from "../../src/core/launch";
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
  it("uses every unit once by default", () => {
    assert.deepEqual(unitsOf(undefined), ["a.main.one", "b.main.two"]);
    assert.deepEqual(unitsOf("all"), ["a.main.one", "b.main.two"]);
  });

  it("accepts units, functions and endpoints", () => {
    assert.deepEqual(unitsOf("b.main"), ["b.main.two"]);
    assert.deepEqual(unitsOf("b.main.three"), ["b.main.three"]);
    assert.deepEqual(unitsOf("two"), ["a.main.two", "b.main.two"]);
    assert.deepEqual(unitsOf(["one", "three"]), ["a.main.one", "b.main.three"]);
  });

  it("reports unknown names with the known ones", () => {
    assert.match(String(unitsOf("four")), /not found: four\. Known functions: a\.main\.one/);
    assert.match(JSON.stringify(chooseUnits(EMPTY, "all")), /No functions found/);
  });

  it("limits the number of sessions", () => {
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

  /** The text that a completion at `|` would replace. */
  const taken = (marked: string) => {
    const found = functionsValueAt(marked.replace("|", ""), marked.indexOf("|"));
    return found && marked.replace("|", "").slice(found.start, found.end);
  };
  const inLaunch = (text: string) => `{"configurations": [{"type": "x", ${text}}]}`;

  it("replaces the string around the cursor, with its quotes", () => {
    assert.equal(taken(inLaunch('"functions": "|"')), '""');
    assert.equal(taken(inLaunch('"functions": "bil|"')), '"bil"');
    assert.equal(taken(inLaunch('"functions": "b|il"')), '"bil"');
    assert.equal(taken(inLaunch('"functions": "bil|,\n "name": "x"')), '"bil');
    assert.equal(taken(inLaunch('"functions": ["a", "b|], "x": 1')), '"b');
    assert.equal(taken(inLaunch('"functions": [\n  "a",  // one\n  "b|"\n]')), '"b"');
    assert.equal(taken('{"configurations": [{"functions": "bil|'), '"bil');
  });

  it("is offered only inside the value", () => {
    for (const text of [
      inLaunch('"functions": ["a.main"], "name": "|"'),
      inLaunch('"name": "|"'),
      inLaunch('"functions|": "a"'),
      inLaunch('"functions": |"a"'),
      inLaunch('"functions": "a"|'),
      inLaunch('"env": {"functions": "|"}'),
      inLaunch('"args": ["functions", "|"]'),
      inLaunch('"name": "\\"functions\\": \\"|"'),
      inLaunch('// "functions": "|"\n"a": 1'),
      '{"functions": "|"}',
    ]) {
      assert.equal(taken(text), undefined, text);
    }
  });
});
