import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type AgentSurroundings, agentCommand } from "../../src/core/agentServer";

const LAUNCHER = "/extensions/funclens/bundled/launch_server.py";
const SERVER = ["-I", "-u", LAUNCHER, "mcp", "--trust", "/work space/shop"];

function around(changes: Partial<AgentSurroundings> = {}): AgentSurroundings {
  return {
    python: "/usr/bin/python3",
    hasPackage: false,
    pathVariable: "/usr/bin:relative:/home/me/bin",
    platform: "linux",
    launcher: LAUNCHER,
    folders: ["/work space/shop"],
    ...changes,
  };
}

const nothing = () => false;

describe("the server for coding agents", () => {
  it("runs in the interpreter of the language server if that has the package", () => {
    const command = agentCommand(around({ hasPackage: true }), nothing);

    assert.deepEqual(command, { command: "/usr/bin/python3", args: SERVER });
  });

  it("gets the package from uv otherwise", () => {
    const command = agentCommand(around(), (path) => path === "/home/me/bin/uv");

    assert.ok(typeof command !== "string");
    assert.equal(command.command, "/home/me/bin/uv");
    assert.deepEqual(command.args.slice(-SERVER.length - 4), [
      "--with",
      "mcp>=2,<3",
      "--",
      "python",
      ...SERVER,
    ]);
    assert.ok(command.args.includes("--no-project"));
  });

  it("looks for uv in absolute folders only", () => {
    assert.equal(typeof agentCommand(around(), (path) => path === "relative/uv"), "string");
  });

  it("says what to install if there is neither", () => {
    const message = agentCommand(around(), nothing);

    assert.match(String(message), /Install uv, or run: \/usr\/bin\/python3 -m pip install/);
  });

  it("says that there is no Python", () => {
    const message = agentCommand(around({ python: undefined }), nothing);

    assert.match(String(message), /funclens\.serverPython/);
  });
});
