import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lineAfter } from "../../src/core/lines";

const enter = (line: number, column: number) => ({
  startLine: line,
  endLine: line,
  endColumn: column,
  breaks: 1,
});

describe("lineAfter", () => {
  it("moves what is below an edit", () => {
    assert.equal(lineAfter(9, [enter(3, 5)]), 10);
    assert.equal(lineAfter(9, [enter(9, 0)]), 10);
    assert.equal(lineAfter(9, [{ startLine: 1, endLine: 4, endColumn: 2, breaks: 0 }]), 6);
  });

  it("leaves what is above it or in its line", () => {
    assert.equal(lineAfter(9, [enter(9, 4)]), 9);
    assert.equal(lineAfter(9, [enter(12, 0)]), 9);
  });

  it("treats simultaneous edits as edits of the same text", () => {
    assert.equal(lineAfter(9, [enter(8, 1), enter(2, 1), enter(12, 1)]), 11);
  });
});
