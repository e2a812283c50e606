import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { curlCommand } from "../../src/core/curl";

describe("curlCommand", () => {
  it("is plain for a plain request", () => {
    const request = { method: "GET", url: "http://127.0.0.1:8080/hello", headers: [], body: "" };

    assert.equal(curlCommand(request), "curl http://127.0.0.1:8080/hello");
  });

  it("survives the shell, whatever is in it", () => {
    const body = `{"it's": "$(rm -rf /) \`x\`"}`;
    const command = curlCommand({
      method: "PUT",
      url: "http://127.0.0.1:8080/a?b=1&c=2",
      headers: [["X-Note", "a 'quoted' value"]],
      body,
    });
    const words = execFileSync("/bin/sh", ["-c", `printf '%s\\0' ${command}`]).toString();

    assert.deepEqual(words.split("\0").slice(0, -1), [
      "curl",
      "-X",
      "PUT",
      "http://127.0.0.1:8080/a?b=1&c=2",
      "-H",
      "X-Note: a 'quoted' value",
      "--data-binary",
      body,
    ]);
  });
});
