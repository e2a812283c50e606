import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EMPTY, readListing } from "../../src/core/protocol";
import { type ReportParts, reportText } from "../../src/core/reportText";

const PARTS: ReportParts = {
  extension: "0.1.0",
  server: "0.1.0 on Python 3.12.1",
  editor: "VS Code 1.140.0",
  system: "linux x64",
  settings: ["port"],
  trusted: true,
  listing: EMPTY,
  log: "",
  home: "/home/ada",
};

describe("reportText", () => {
  it("contains versions and counts but no function names", () => {
    const functions = [
      { id: "secret.main.plan", signature_type: "http" },
      { id: "secret.main.news", signature_type: "cloudevent" },
    ];
    const text = reportText({ ...PARTS, listing: readListing({ functions }) });

    assert.match(text, /2 functions \(1 http, 1 cloudevent\)/);
    assert.match(text, /Language server: 0\.1\.0 on Python 3\.12\.1/);
    assert.doesNotMatch(text, /secret/);
  });

  it("keeps the end of the log, without the home folder", () => {
    const log = Array.from({ length: 400 }, (_, index) => `/home/ada/shop line ${index}`).join(
      "\n",
    );
    const text = reportText({ ...PARTS, log });

    assert.match(text, /~\/shop line 399/);
    assert.doesNotMatch(text, /ada|line 200\n/);
  });
});
