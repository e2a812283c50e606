import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

const CORE = join(process.cwd(), "src", "core");
const PURE_LIBRARIES = new Set(["image-size", "jsonc-parser"]);

describe("src/core", () => {
  const files = readdirSync(CORE).filter((name) => name.endsWith(".ts"));

  it("has files", () => assert.ok(files.length > 5));

  for (const file of files) {
    it(`imports nothing of the editor: ${file}`, () => {
      const imports = readFileSync(join(CORE, file), "utf8").matchAll(/from "([^"]+)"/g);
      const foreign = [...imports]
        .map((found) => found[1] ?? "")
        .filter((name) => !name.startsWith("./") && !name.startsWith("node:"))
        .filter((name) => !PURE_LIBRARIES.has(name));

      assert.deepEqual(foreign, []);
    });
  }
});
