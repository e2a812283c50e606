import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { completed, kindOf, withType } from "../../src/core/bodyKind";
import { type Draft, EMPTY_DRAFT } from "../../src/core/draft";
import { jsonProblem } from "../../src/core/jsonProblem";

const JSON_TYPE = "Content-Type: application/json";
const draft = (parts: Partial<Draft>): Draft => ({ ...EMPTY_DRAFT, method: "POST", ...parts });

describe("kindOf", () => {
  it("follows the content type, then what the body looks like", () => {
    assert.equal(kindOf(draft({})), "none");
    assert.equal(kindOf(draft({ body: "hello" })), "text");
    assert.equal(kindOf(draft({ body: '{"a": 1}' })), "json");
    assert.equal(kindOf(draft({ body: "12" })), "text");
    assert.equal(kindOf(draft({ body: "{broken", headers: JSON_TYPE })), "json");
    const form = { headers: "content-type: application/x-www-form-urlencoded", body: "a=1" };
    assert.equal(kindOf(draft(form)), "form");
    assert.equal(kindOf(draft({ ...form, kind: "text" })), "text");
  });
});

describe("completed", () => {
  it("gives a body that parses as JSON its content type, for all to see", () => {
    assert.equal(completed(draft({ body: "[1]" })).headers, JSON_TYPE);
    assert.equal(completed(draft({ body: "[1]", headers: "A: b" })).headers, `A: b\n${JSON_TYPE}`);
  });

  it("leaves a content type alone that was removed, switched off or chosen", () => {
    assert.equal(completed(draft({ body: "[1]", untyped: true })).headers, "");
    assert.equal(
      completed(draft({ body: "[1]", headers: `# ${JSON_TYPE}` })).headers,
      `# ${JSON_TYPE}`,
    );
    const own = "Content-Type: application/vnd.api+json";
    assert.equal(completed(draft({ body: "[1]", headers: own })).headers, own);
  });

  it("reads the fields of a form", () => {
    const headers = "Content-Type: application/x-www-form-urlencoded";
    assert.deepEqual(completed(draft({ headers, body: "a=1&b=x+y" })).parts, [
      { name: "a", value: "1", on: true },
      { name: "b", value: "x y", on: true },
    ]);
  });
});

describe("withType", () => {
  it("replaces the content type of another kind, and no other", () => {
    const json = [{ name: "Content-Type", value: "application/json", on: true }];
    assert.deepEqual(withType(json, "none"), []);
    assert.equal(withType(json, "multipart")[0]?.value, "multipart/form-data");
    const own = [{ name: "Content-Type", value: "text/csv", on: true }];
    assert.deepEqual(withType(own, "json"), own);
  });
});

describe("JSON", () => {
  it("is flagged where it is malformed, if it should be JSON", () => {
    assert.match(
      jsonProblem(draft({ body: "{", headers: JSON_TYPE })) ?? "",
      /^The body is not JSON/,
    );
    assert.match(jsonProblem(draft({ body: "{", kind: "json" })) ?? "", /^The body is not JSON/);
    assert.equal(jsonProblem(draft({ body: "", kind: "json" })), undefined);
    assert.equal(jsonProblem(draft({ body: "{" })), undefined);
  });
});
