import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { variablesOfFrame } from "../../src/core/inlineValues";

describe("variablesOfFrame", () => {
  const names = (...lines: string[]) =>
    variablesOfFrame(lines).map((found) => found.map((item) => item.name));

  it("finds names with their position", () => {
    assert.deepEqual(variablesOfFrame(["  total = price"]), [
      [
        { name: "total", start: 2, end: 7 },
        { name: "price", start: 10, end: 15 },
      ],
    ]);
  });

  it("skips attributes, calls, keywords, strings and comments", () => {
    assert.deepEqual(names('if request.args.get("amount") is not None:  # amount'), [[]]);
    assert.deepEqual(names("for item in items: print(item)"), [["item", "items", "item"]]);
    assert.deepEqual(names("f(key=value, other=2)"), [["value"]]);
    assert.deepEqual(names("if a == b:"), [["a", "b"]]);
    assert.deepEqual(names("x = 'it\\'s' + y"), [["x", "y"]]);
    assert.deepEqual(names("from flask import request"), [[]]);
    assert.deepEqual(names("@functions_framework.http"), [[]]);
  });

  it("skips multi-line strings", () => {
    assert.deepEqual(
      names('"""Say "hello" to name.', "and others", '"""; a = b', "'''one''' + c", 'd = """', "e"),
      [[], [], ["a", "b"], ["c"], ["d"], []],
    );
  });

  const MODULE = [
    "import os", // 0
    "LIMIT = 3",
    "def first(a, b=LIMIT):",
    "    total = a",
    "    def inner(c):",
    "        return c", // 5
    '    text = """',
    "shown(a)",
    '""".format(b)',
    "    call(",
    "a,", // 10
    "    )",
    "    return total",
    "class Kept:",
    "    size = LIMIT",
    "    def method(this):", // 15
    "        return this",
    "async def last(",
    "    request,",
    "):",
    "    return request", // 20
    "x = 1; y = x",
  ];
  const shownAt = (line: number) =>
    variablesOfFrame(MODULE.slice(0, line + 1)).flatMap((found, at) =>
      found.length > 0 ? [`${at}: ${found.map((item) => item.name).join(" ")}`] : [],
    );

  it("shows the variables of the function that executes, and no others", () => {
    assert.deepEqual(shownAt(12), [
      "2: a LIMIT",
      "3: total a",
      "6: text",
      "8: b",
      "10: a",
      "12: total",
    ]);
    assert.deepEqual(shownAt(5), ["4: c", "5: c"]);
    assert.deepEqual(shownAt(16), ["15: this", "16: this"]);
    assert.deepEqual(shownAt(20), ["18: request", "20: request"]);
  });

  it("shows the variables of the module or class body that executes", () => {
    assert.deepEqual(shownAt(21), ["1: LIMIT", "21: x y x"]);
    assert.deepEqual(shownAt(14), ["13: Kept", "14: size LIMIT"]);
    assert.deepEqual(shownAt(2), ["1: LIMIT"]);
    assert.deepEqual(shownAt(15), ["13: Kept", "14: size LIMIT"]);
  });
});
