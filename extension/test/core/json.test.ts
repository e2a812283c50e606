import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatJson, layOutJson } from "../../src/core/json";

describe("formatJson", () => {
  it("formats objects and arrays", () => {
    assert.equal(
      formatJson('{"a":[1,{"b":null}],"c":{},"d":[ ]}'),
      '{\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ],\n  "c": {},\n  "d": []\n}',
    );
  });

  it("changes no value", () => {
    const exact = '{"big": 12345678901234567890, "e": 1.0e0, "u": "\\u00fc", "q": "a\\"{,:"}';
    const laidOut = formatJson(exact) ?? "";

    for (const value of ["12345678901234567890", "1.0e0", "\\u00fc", '"a\\"{,:"']) {
      assert.ok(laidOut.includes(value), value);
    }
    assert.deepEqual(JSON.parse(laidOut), JSON.parse(exact));
  });

  it("is idempotent", () => {
    const laidOut = formatJson('[{"a": "b"}, 2]') ?? "";

    assert.equal(formatJson(laidOut), laidOut);
  });

  it("accepts scalars and rejects invalid JSON", () => {
    assert.equal(formatJson(' "text" '), '"text"');
    assert.equal(formatJson("{"), undefined);
    assert.equal(formatJson(""), undefined);
  });
});

describe("layOutJson", () => {
  it("lays out the beginning of JSON, and what is none", () => {
    assert.equal(layOutJson('{"a": [1, "b').text, '{\n  "a": [\n    1,\n    "b');
    assert.equal(layOutJson("[NaN,-Infinity]").text, "[\n  NaN,\n  -Infinity\n]");
    assert.equal(layOutJson("]]{").text, "\n]\n]{\n");
  });

  it("stays linear at a great depth", () => {
    const levels = 100_000;
    const deep = layOutJson("[".repeat(levels) + "]".repeat(levels));
    assert.equal(deep.depth, levels);
    assert.ok(deep.text.length < 300 * levels);
  });
});
