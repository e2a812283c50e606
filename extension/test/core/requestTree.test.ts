import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_DRAFT } from "../../src/core/draft";
import { readFunctionInfo, readSavedRequest } from "../../src/core/protocol";
import { requestTree } from "../../src/core/requestTree";

const fn = (id: string) => readFunctionInfo({ id, endpoint: id });

test("functions with requests are listed, saved requests before sent ones", () => {
  const saved = readSavedRequest({ id: "b", name: "Ten", method: "POST", path: "?x", line: 4 });
  const sent = { ...EMPTY_DRAFT, method: "PUT", body: '{\n "a": 1\n}' };
  const tree = requestTree([fn("a"), fn("b"), fn("c")], [saved], (id) =>
    id === "a" ? [] : [sent],
  );

  assert.deepEqual(
    tree.map((group) => [
      group.fn.id,
      group.requests.map(({ kind, label, description }) => [kind, label, description]),
    ]),
    [
      [
        "b",
        [
          ["saved", "Ten", "POST ?x"],
          ["sent", "PUT /", '{ "a": 1 }'],
        ],
      ],
      ["c", [["sent", "PUT /", '{ "a": 1 }']]],
    ],
  );
});
