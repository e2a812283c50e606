import assert from "node:assert/strict";
import { test } from "node:test";
import { removeRequest, renameRequest } from "../../src/core/httpFileEdits";

const FILE = `@url = http://localhost
GET {{url}}/first
###
# @name second
POST {{url}}/second

body
### Third
GET {{url}}/third
`;

test("a request gets another name, whichever way it was named", () => {
  assert.ok(renameRequest(FILE, 9, "A  new\nname").includes("### A new name\nGET {{url}}/third"));
  const second = renameRequest(FILE, 5, "other");
  assert.ok(second.includes("### other\n# \nPOST {{url}}/second"));
  const first = renameRequest(FILE, 2, "one");
  assert.ok(first.startsWith("@url = http://localhost\n### one\nGET {{url}}/first\n###\n"));
});

test("a request is removed with its body, and the others stay", () => {
  assert.equal(
    removeRequest(FILE, 5),
    "@url = http://localhost\nGET {{url}}/first\n### Third\nGET {{url}}/third\n",
  );
  assert.ok(removeRequest(FILE, 9).endsWith("\nbody"));
  assert.ok(removeRequest(FILE, 2).startsWith("@url = http://localhost\n###\n# @name second"));
});
