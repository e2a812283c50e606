import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatJson } from "../../src/core/json";

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
