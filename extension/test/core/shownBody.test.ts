import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hexDump } from "../../src/core/hexDump";
import { MOST_HEX, MOST_TEXT, ShownBody } from "../../src/core/shownBody";

function shown(type: string, ...chunks: (string | Uint8Array)[]): ShownBody {
  const body = new ShownBody(type ? [["Content-Type", type]] : []);
  const parts = chunks.map((chunk) => body.take(Buffer.from(chunk)));
  parts.push(body.end());
  assert.equal(parts.join(""), body.text);
  return body;
}

describe("the shown body", () => {
  it("is text in the declared charset, across chunks", () => {
    const bytes = Buffer.from("naïve → 😀");
    assert.equal(shown("text/plain", ...bytes.map((b) => b).toString()).format, "text");
    const single = [...bytes].map((byte) => Uint8Array.of(byte));
    assert.equal(shown("text/plain; charset=utf-8", ...single).text, "naïve → 😀");
    assert.equal(shown("text/plain; charset=iso-8859-1", Uint8Array.of(0xe9)).text, "é");
    assert.equal(shown("text/plain; charset=nonsense", "é").text, "é");
    assert.equal(shown("text/plain; charset=utf-16le", Buffer.from("hi", "utf16le")).text, "hi");
  });

  it("shows invalid UTF-8 with replacement characters", () => {
    assert.equal(shown("text/html", Uint8Array.of(0x61, 0xff, 0x62)).text, "a\ufffdb");
    assert.equal(shown("text/html", Uint8Array.of(0x61, 0xe2)).text, "a\ufffd");
  });

  it("is hexadecimal for binary data, whatever its type is called", () => {
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1);
    for (const type of ["image/png", "text/html", "", "application/octet-stream"]) {
      const body = shown(type, png);
      assert.equal(body.format, "hex");
      assert.match(body.text, /^00000000 {2}89 50 4e 47 00 01 +\.PNG\.\.\n$/);
    }
    assert.equal(shown("image/svg+xml", "<svg/>").format, "text");
  });

  it("has whole lines of 16 bytes, however the bytes arrive", () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, index) => index);
    const pieces = [bytes.subarray(0, 5), bytes.subarray(5, 50), bytes.subarray(50)];
    assert.equal(shown("image/png", ...pieces).text, hexDump(bytes));
  });

  it("is cut at a limit, and the rest is counted", () => {
    const big = Buffer.alloc(400_000, "ä");
    const text = shown("text/plain", big, big, big);
    assert.equal(text.bytes, 1_200_000);
    assert.equal(text.shown, MOST_TEXT);
    assert.ok(text.isCut);
    assert.equal(text.text.length, MOST_TEXT / 2);
    const hex = shown("image/png", big, big);
    assert.equal(hex.text, hexDump(big.subarray(0, MOST_HEX)));
    assert.ok(hex.isCut);
  });

  it("counts an empty body", () => {
    const body = shown("application/json");
    assert.deepEqual([body.bytes, body.text, body.isCut], [0, "", false]);
  });
});
