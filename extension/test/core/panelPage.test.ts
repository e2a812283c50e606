import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { panelPage } from "../../src/core/panelPage";

describe("panelPage", () => {
  it("may load nothing but its own script and styles, and embedded images", () => {
    const page = panelPage({
      nonce: "abc",
      source: "https://own",
      script: "s.js",
      styles: ["s.css"],
    });

    const policy =
      "default-src 'none'; style-src https://own 'unsafe-inline'; img-src data:; script-src 'nonce-abc'";
    assert.ok(page.includes(`content="${policy}"`));
    assert.doesNotMatch(page, /onclick=|style="/);
  });
});
