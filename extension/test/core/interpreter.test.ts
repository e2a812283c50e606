import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type Ask,
  candidates,
  explainNone,
  parseProbe,
  resolveInterpreter,
  type Surroundings,
  type Version,
} from "../../src/core/interpreter";

const WORKSPACE = "/work space/shop";

function around(changes: Partial<Surroundings> = {}): Surroundings {
  return {
    trusted: true,
    folders: [WORKSPACE],
    setting: "",
    userSetting: "",
    chosen: [],
    pathVariable: "",
    platform: "linux",
    ...changes,
  };
}

/** A machine with the given interpreters; a text is what a broken one answers. */
function machine(interpreters: Record<string, Version | string>) {
  const asked: string[] = [];
  const ask: Ask = async (path) => {
    asked.push(path);
    const known = interpreters[path] ?? "it is no Python 3";
    return typeof known === "string" ? known : { version: known, executable: path };
  };
  return { exists: (path: string) => path in interpreters, ask, asked };
}

describe("candidates", () => {
  it("come in the documented order", () => {
    const found = candidates(
      around({
        setting: "/opt/python",
        chosen: ["/envs/chosen/bin/python"],
        pathVariable: "/usr/bin",
      }),
    );

    assert.deepEqual(
      found.slice(0, 5).map((item) => [item.path, item.origin]),
      [
        ["/opt/python", "setting"],
        ["/envs/chosen/bin/python", "Python extension"],
        [`${WORKSPACE}/.venv/bin/python`, "workspace .venv"],
        ["/usr/bin/python3", "PATH"],
        ["/usr/bin/python", "PATH"],
      ],
    );
  });

  it("contain each path once, with its first origin", () => {
    const path = `${WORKSPACE}/.venv/bin/python`;
    const found = candidates(around({ chosen: [path] })).filter((item) => item.path === path);

    assert.deepEqual(found, [{ path, origin: "Python extension" }]);
  });

  it("resolve a relative setting from the workspace folder", () => {
    assert.equal(
      candidates(around({ setting: "env/bin/python" }))[0]?.path,
      `${WORKSPACE}/env/bin/python`,
    );
  });

  it("contain nothing from an untrusted workspace", () => {
    const found = candidates(
      around({
        trusted: false,
        setting: `${WORKSPACE}/evil/python`,
        userSetting: `${WORKSPACE}/also/evil`,
        chosen: [`${WORKSPACE}/.venv/bin/python`],
        pathVariable: `${WORKSPACE}/bin:/usr/bin:relative`,
      }),
    );

    assert.ok(found.length > 0);
    assert.deepEqual(
      found.filter((item) => !item.path.startsWith("/usr/bin/")),
      [],
    );
  });

  it("use the user's own setting in an untrusted workspace", () => {
    const found = candidates(
      around({ trusted: false, setting: "/from/workspace", userSetting: "/from/user" }),
    );

    assert.deepEqual(found[0], { path: "/from/user", origin: "setting" });
  });

  it("use the layout of Windows there", () => {
    const [venv] = candidates(around({ platform: "win32" }));

    assert.ok(venv?.path.endsWith("python.exe"));
  });
});

describe("resolveInterpreter", () => {
  it("chooses the first that is new enough, by its real executable", async () => {
    const ask: Ask = async () => ({ version: [3, 10, 0], executable: "/real/python3.10" });
    const found = await resolveInterpreter(
      around({ pathVariable: "/shims" }),
      (path) => path === "/shims/python3",
      ask,
    );

    assert.deepEqual(found, {
      kind: "found",
      python: "/real/python3.10",
      version: [3, 10, 0],
      origin: "PATH",
      rejected: [],
    });
  });

  it("skips interpreters that are too old or broken, with the reason", async () => {
    const { exists, ask } = machine({
      "/a/python3": [3, 9, 18],
      "/b/python3": "it did not answer in time",
      "/b/python": [3, 13, 0],
    });
    const found = await resolveInterpreter(around({ pathVariable: "/a:/b" }), exists, ask);

    assert.equal(found.kind === "found" && found.python, "/b/python");
    assert.deepEqual(
      found.rejected.map((item) => item.reason),
      ["it is Python 3.9.18", "it did not answer in time"],
    );
  });

  it("continues after an invalid setting and reports it", async () => {
    const { exists, ask } = machine({ "/usr/bin/python3": [3, 11, 2] });
    const found = await resolveInterpreter(
      around({ setting: "/gone", pathVariable: "/usr/bin" }),
      exists,
      ask,
    );

    assert.equal(found.kind, "found");
    assert.deepEqual(found.rejected, [
      { path: "/gone", origin: "setting", reason: "file not found" },
    ]);
  });

  it("runs nothing from an untrusted workspace", async () => {
    const { exists, ask, asked } = machine({
      [`${WORKSPACE}/.venv/bin/python`]: [3, 13, 0],
      "/usr/bin/python3": [3, 11, 2],
    });
    await resolveInterpreter(around({ trusted: false, pathVariable: "/usr/bin" }), exists, ask);

    assert.deepEqual(asked, ["/usr/bin/python3"]);
  });

  it("rejects a link into an untrusted workspace", async () => {
    const ask: Ask = async () => ({ version: [3, 13, 0], executable: `${WORKSPACE}/python` });
    const found = await resolveInterpreter(
      around({ trusted: false, pathVariable: "/usr/bin" }),
      () => true,
      ask,
    );

    assert.equal(found.kind, "none");
  });

  it("explains that no interpreter was found", async () => {
    const { exists, ask } = machine({ "/usr/bin/python3": [3, 8, 10] });
    const found = await resolveInterpreter(around({ pathVariable: "/usr/bin" }), exists, ask);

    assert.equal(found.kind, "none");
    assert.match(explainNone(found.rejected), /funclens\.serverPython.*it is Python 3\.8\.10/);
    assert.match(explainNone([]), /No Python interpreter found.*funclens\.serverPython/);
  });
});

describe("parseProbe", () => {
  it("reads version and executable with spaces", () => {
    assert.deepEqual(parseProbe("3.12.1 /opt/my python/bin/python\n"), {
      version: [3, 12, 1],
      executable: "/opt/my python/bin/python",
    });
  });

  it("rejects other output", () => {
    assert.equal(parseProbe("Python 2.7.18"), undefined);
    assert.equal(parseProbe(""), undefined);
  });
});
