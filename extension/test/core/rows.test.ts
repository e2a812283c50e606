import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  encodePairs,
  formRows,
  headerRows,
  headerText,
  queryRows,
  withQuery,
} from "../../src/core/rows";

const row = (name: string, value: string, on = true) => ({ name, value, on });

describe("header rows", () => {
  it("are lines, of which those with # are switched off", () => {
    const text = "Accept: */*\n# X-Key: a: b";
    const rows = [row("Accept", "*/*"), row("X-Key", "a: b", false)];
    assert.deepEqual(headerRows(`${text}\n\n# a comment`), rows);
    assert.equal(headerText([...rows, row("", "")]), text);
  });

  it("keep an invalid header line, so that it can be corrected", () => {
    assert.deepEqual(headerRows("nonsense"), [row("nonsense", "")]);
  });
});

describe("query rows", () => {
  it("are the parameters of the path, decoded, then those that are off", () => {
    const off = [row("debug", "1", false)];
    const rows = [row("q", "a b"), row("tag", "ü"), row("flag", "")];
    assert.deepEqual(queryRows({ path: "/x?q=a+b&tag=%C3%BC&flag", off }), [...rows, ...off]);
    assert.equal(withQuery("/x?old=1", [...rows, ...off]), "/x?q=a+b&tag=%C3%BC&flag");
    assert.equal(withQuery("/x?old=1", off), "/x");
    assert.deepEqual(queryRows({ path: "?a=%zz&&b=1" }), [row("a", "%zz"), row("b", "1")]);
  });
});

describe("form rows", () => {
  it("survive an encoding and a decoding, whatever they hold", () => {
    const rows = [row("a&b", "x=y"), row("ü", "%41 +\n"), row("empty", "")];
    assert.deepEqual(formRows(encodePairs(rows)), rows);
  });
});
