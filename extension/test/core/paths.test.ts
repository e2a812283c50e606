import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type AgentSurroundings, agentCommand } from "../../src/core/agentServer";
import { fileNameFor } from "../../src/core/draft";
import { candidates, type Surroundings } from "../../src/core/interpreter";
import { pathKey, searchPath, withoutFolder } from "../../src/core/paths";

function around(platform: NodeJS.Platform, changes: Partial<Surroundings>): Surroundings {
  const nothing = { setting: "", userSetting: "", chosen: [], pathVariable: "" };
  return { trusted: true, folders: [], ...nothing, platform, ...changes };
}

const paths = (platform: NodeJS.Platform, changes: Partial<Surroundings>) =>
  candidates(around(platform, changes)).map((item) => item.path);

describe("an interpreter on Windows", () => {
  it("is in Scripts, or on PATH with its ending, or found by the launcher", () => {
    const found = paths("win32", {
      folders: ["c:\\work space\\shop"],
      pathVariable: 'C:\\Python312;"D:\\My Tools";relative',
    });

    assert.deepEqual(found.slice(0, 4), [
      "c:\\work space\\shop\\.venv\\Scripts\\python.exe",
      "C:\\Python312\\python3.exe",
      "D:\\My Tools\\python3.exe",
      "C:\\Python312\\python.exe",
    ]);
    assert.deepEqual(found.slice(-2), ["C:\\Python312\\py.exe", "D:\\My Tools\\py.exe"]);
  });

  it("tries the stub of the Store last", () => {
    const stubs = "C:\\Users\\Ada\\AppData\\Local\\Microsoft\\WindowsApps";
    const found = paths("win32", { pathVariable: `${stubs};C:\\Python312` });

    assert.equal(found[0], "C:\\Python312\\python3.exe");
    assert.ok(found.indexOf("C:\\Python312\\py.exe") < found.indexOf(`${stubs}\\python3.exe`));
  });

  it("is listed once, however its drive is written", () => {
    const found = paths("win32", {
      folders: ["c:\\shop"],
      chosen: ["C:\\shop\\.venv\\Scripts\\python.exe"],
    });

    assert.deepEqual(found, ["C:\\shop\\.venv\\Scripts\\python.exe"]);
  });

  it("is not used from an untrusted workspace on any drive", () => {
    const found = paths("win32", {
      trusted: false,
      folders: ["c:\\shop"],
      userSetting: "C:\\Shop\\python.exe",
      pathVariable: "C:\\SHOP\\bin;D:\\shop\\bin",
    });

    assert.ok(found.every((path) => path.startsWith("D:\\shop\\bin\\")));
    assert.ok(found.length > 0);
  });

  it("is resolved from the folder if the setting is relative", () => {
    const found = paths("win32", { folders: ["c:\\shop"], setting: "env\\python.exe" });

    assert.equal(found[0], "c:\\shop\\env\\python.exe");
  });
});

describe("an interpreter on macOS", () => {
  it("is looked for in the folders of Homebrew and python.org before the system's stub", () => {
    const found = paths("darwin", { pathVariable: "/usr/bin:/bin" });

    assert.equal(found[0], "/bin/python3");
    assert.ok(found.includes("/Library/Frameworks/Python.framework/Versions/3.12/bin/python3"));
    const stub = found.indexOf("/usr/bin/python3");
    assert.ok(found.indexOf("/opt/homebrew/bin/python3.10") < stub);
  });
});

describe("paths", () => {
  it("of one file are the same on Windows in any case and with any separator", () => {
    const path = "c:\\Shop\\main.py";

    assert.equal(pathKey("C:/shop/main.py", "win32"), pathKey(path, "win32"));
    assert.notEqual(pathKey("/Shop/main.py", "linux"), pathKey("/shop/main.py", "linux"));
    assert.notEqual(pathKey("\\\\a\\shop\\main.py", "win32"), pathKey(path, "win32"));
  });

  it("of the search path are absolute and without quotes", () => {
    assert.deepEqual(searchPath('"C:\\a b";;x;\\\\host\\bin', "win32"), [
      "C:\\a b",
      "\\\\host\\bin",
    ]);
    assert.deepEqual(searchPath("/a:b::/c", "linux"), ["/a", "/c"]);
  });

  it("of the home folder are left out of a report in every form", () => {
    const home = "C:\\Users\\Ada (dev)";
    const text = [
      "C:\\Users\\Ada (dev)\\x",
      "c:\\users\\ada (dev)\\x",
      '"C:\\\\Users\\\\Ada (dev)\\\\x"',
      "file:///c%3A/Users/Ada%20(dev)/x",
      "file:///C:/Users/Ada%20(dev)/x",
      "C:/Users/Ada (dev)/x",
    ].join("\n");

    assert.ok(!/ada/i.test(withoutFolder(text, home, "~", "win32")));
    assert.equal(withoutFolder("/home/ada/x", "/home/ada", "~", "linux"), "~/x");
    assert.equal(withoutFolder("a/b", "/", "~", "linux"), "a/b");
  });

  it("of saved requests have no name that Windows keeps for a device", () => {
    assert.equal(fileNameFor("aux.main.hello", "Morning"), "request-aux.main.hello-morning.http");
    assert.equal(fileNameFor("auxiliary.main", "a"), "auxiliary.main-a.http");
    assert.equal(fileNameFor("main.hello", 'a:b*c?"<>|'), "main.hello-a-b-c.http");
  });
});

describe("uv on Windows", () => {
  it("is found by its ending, and a path with a space is quoted in the advice", () => {
    const surroundings: AgentSurroundings = {
      python: "C:\\Program Files\\Python312\\python.exe",
      hasPackage: false,
      pathVariable: "C:\\uv;D:\\x",
      platform: "win32",
      launcher: "C:\\ext\\launch_server.py",
      folders: [],
    };

    const command = agentCommand(surroundings, (path) => path === "C:\\uv\\uv.exe");
    assert.ok(typeof command !== "string" && command.command === "C:\\uv\\uv.exe");
    const advice = agentCommand(surroundings, () => false);
    assert.match(String(advice), /run: "C:\\Program Files\\Python312\\python.exe" -m pip/);
  });
});
