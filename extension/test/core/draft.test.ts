import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Draft, fileNameFor, parseHeaders, remember } from "../../src/core/draft";

const DRAFT: Draft = {
  method: "POST",
  path: "/cards?x=1",
  headers: "Content-Type: application/json\nX-Note: a: b",
  body: '{\n  "amount": "12.50"\n}',
};

describe("parseHeaders", () => {
  it("reads lines, and colons in values", () => {
    assert.deepEqual(parseHeaders(`${DRAFT.headers}\n\n# not sent: 1\n`).headers, [
      ["Content-Type", "application/json"],
      ["X-Note", "a: b"],
    ]);
  });

  it("reports an invalid header line", () => {
    assert.match(parseHeaders("Accept: */*\nnonsense").problem ?? "", /"Name: value": nonsense$/);
    assert.match(parseHeaders("a b: c").problem ?? "", /a b: c$/);
  });
});

describe("remember", () => {
  it("keeps the newest first, without duplicates and limited", () => {
    const drafts = Array.from({ length: 30 }, (_, index) => ({ ...DRAFT, path: `/${index}` }));
    const history = drafts.reduce<readonly Draft[]>(remember, []);

    assert.equal(history.length, 20);
    assert.equal(history[0]?.path, "/29");
    assert.deepEqual(
      remember(history, { ...DRAFT, path: "/28" })
        .map((draft) => draft.path)
        .slice(0, 3),
      ["/28", "/29", "/27"],
    );
  });
});

describe("saved requests", () => {
  it("get file names that are valid everywhere", () => {
    assert.equal(
      fileNameFor("billing.main.charge", " Größe: 50% / off?"),
      "billing.main.charge-größe-50-off.http",
    );
    assert.equal(fileNameFor("a.main.f", "../../x"), "a.main.f-..-..-x.http");
  });
});
