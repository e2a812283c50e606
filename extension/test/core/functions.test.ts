import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  functionLines,
  functionOfFile,
  functionsAt,
  respondedLines,
  urlOf,
} from "../../src/core/functions";
import { readListing, readResponseInfo } from "../../src/core/protocol";

const LISTING = readListing({
  functions: [
    {
      id: "a.main.hello",
      endpoint: "hello",
      route: "/hello",
      folder: "/shop",
      file: "a/main.py",
      line: 3,
      end_line: 6,
      signature_type: "http",
    },
    {
      id: "b.main.grüße",
      endpoint: "grüße",
      route: "/grüße",
      folder: "/shop",
      file: "b/main.py",
      line: 1,
      end_line: 2,
      signature_type: "cloudevent",
      is_async: true,
    },
  ],
  runner: { state: "running", url: "http://127.0.0.1:8080", units: [] },
});

describe("functions", () => {
  it("are found at the cursor, including first and last line", () => {
    const ids = (line: number) => functionsAt(LISTING, "/shop/a/main.py", line).map((fn) => fn.id);

    assert.deepEqual([2, 3, 6, 7].map(ids), [[], ["a.main.hello"], ["a.main.hello"], []]);
  });

  it("of a file represent its unit if there is only one", () => {
    const twice = readListing({
      functions: [
        { id: "a.main.f", unit: "a.main", folder: "/shop", file: "shared.py" },
        { id: "b.main.f", unit: "b.main", folder: "/shop", file: "shared.py" },
      ],
    });

    assert.equal(functionOfFile(LISTING, "/shop/a/main.py")?.id, "a.main.hello");
    assert.equal(functionOfFile(LISTING, "/shop/none.py"), undefined);
    assert.equal(functionOfFile(twice, "/shop/shared.py"), undefined);
  });

  it("are listed with those of the current file first", () => {
    const lines = functionLines(LISTING, "/shop/b/main.py");

    assert.deepEqual(
      lines.map((line) => line.label),
      ["grüße", "hello"],
    );
    assert.equal(lines[0]?.description, "/grüße · async cloudevent");
  });

  it("are listed with their last response, if it fits", () => {
    const responses = [
      {
        id: "a.main.hello",
        status: 500,
        error: "KeyError: 'a'",
        duration: "3 ms",
        can_replay: true,
      },
      { id: "gone", status: 200, duration: "1 ms", can_replay: true },
    ].map(readResponseInfo);
    const listing = { ...LISTING, responses };

    assert.deepEqual(
      respondedLines(listing, undefined, (response) => response.canReplay).map(
        (line) => `${line.fn.id}: ${line.detail}`,
      ),
      ["a.main.hello: 500 · KeyError: 'a' · a/main.py:3"],
    );
    assert.deepEqual(
      respondedLines(listing, undefined, (response) => response.hasPlace),
      [],
    );
  });

  it("have a URL for browsers", () => {
    const [, greeting] = LISTING.functions;

    assert.ok(greeting);
    assert.equal(urlOf(LISTING, greeting), "http://127.0.0.1:8080/gr%C3%BC%C3%9Fe");
  });
});
