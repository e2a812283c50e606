import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nameComplaint } from "../../src/core/newName";

describe("the name of a new function", () => {
  it("can be a path", () => {
    for (const name of ["charge", "payments/charge", "on-message", "a/b_2", " spaced "]) {
      assert.equal(nameComplaint(name), undefined);
    }
  });

  it("must be one of Python, with hyphens", () => {
    for (const name of ["", "payments/", "1st", "two words", "naïve", "a.b", "_private"]) {
      assert.match(nameComplaint(name) ?? "", /^(Enter|Use)/);
    }
  });
});
