import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { panelPage } from "../../src/core/panelPage";

describe("panelPage", () => {
  it("may load nothing but its own script and style", () => {
    const page = panelPage({
      nonce: "abc",
      source: "https://own",
      script: "s.js",
      styles: ["s.css"],
    });

    assert.match(page, /default-src 'none'; style-src https:\/\/own; script-src 'nonce-abc'"/);
    assert.doesNotMatch(page, /unsafe|onclick=|style="/);
  });
});
