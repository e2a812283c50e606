// Builds out/extension.js and out/panel.js (the panel); with --tests the tests of src/core as out/test/*.js.
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const shared = {
  bundle: true,
  platform: "node",
  // Modules before CommonJS: that of jsonc-parser asks for its parts at run time.
  mainFields: ["module", "main"],
  format: "cjs",
  target: "node20",
  sourcemap: true,
  logLevel: "warning",
};

if (process.argv.includes("--tests")) {
  rmSync("out/test", { recursive: true, force: true });
  const entryPoints = readdirSync("test", { recursive: true })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `test/${name}`);
  await build({ ...shared, entryPoints, outdir: "out/test", outbase: "test" });
} else {
  const extension = await build({
    ...shared,
    entryPoints: ["src/extension.ts"],
    outfile: "out/extension.js",
    external: ["vscode"],
    minify: true,
    sourcemap: false,
    metafile: true,
  });
  const panel = await build({
    ...shared,
    entryPoints: ["src/webview/requestPage.ts"],
    outfile: "out/panel.js",
    platform: "browser",
    format: "iife",
    target: "es2022",
    minify: true,
    sourcemap: false,
    metafile: true,
  });
  // What the bundles are made of, for the list of licenses (scripts/vsix/licenses.py).
  const inputs = [extension, panel].flatMap(({ metafile }) => Object.keys(metafile.inputs));
  writeFileSync("out/inputs.json", JSON.stringify([...new Set(inputs)].sort()));
}
