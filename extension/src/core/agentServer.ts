/**
 * How to start the server for coding agents (MCP), without running anything.
 *
 * The extension carries Funclens, but not the package `mcp`: it needs compiled
 * packages, which differ by platform and Python. It comes from the interpreter of the
 * language server if that has it, otherwise uv gets it.
 */

import { pathsOf, searchPath } from "./paths";

/** The version of the package that the server works with. */
const REQUIREMENT = "mcp>=2,<3";

/** Run with `PYTHON -I -c`; prints `yes` if the package is there. */
export const MCP_PROBE =
  "from importlib import metadata as m; print('yes' if m.version('mcp').startswith('2.') else 'no')";

export interface AgentSurroundings {
  /** Interpreter of the language server; undefined if there is none. */
  readonly python: string | undefined;
  /** Whether that interpreter has the package. */
  readonly hasPackage: boolean;
  readonly pathVariable: string;
  readonly platform: NodeJS.Platform;
  /** `launch_server.py` of the extension. */
  readonly launcher: string;
  /** Absolute paths of the workspace folders. */
  readonly folders: readonly string[];
}

export interface AgentCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Return the command, or a sentence for the user that says what is missing.
 *
 * The workspace is trusted, so the server need not ask whether code may run.
 */
export function agentCommand(
  around: AgentSurroundings,
  exists: (path: string) => boolean,
): AgentCommand | string {
  if (!around.python) {
    return "Funclens needs Python 3.10 or later for coding agents. Choose one with the setting funclens.serverPython.";
  }
  const server = ["-I", "-u", around.launcher, "mcp", "--trust", ...around.folders];
  if (around.hasPackage) return { command: around.python, args: server };
  const uv = findUv(around, exists);
  if (uv) {
    const run = ["run", "--no-project", "--no-config", "--python", around.python];
    return { command: uv, args: [...run, "--with", REQUIREMENT, "--", "python", ...server] };
  }
  return `Funclens needs the package mcp for coding agents. Install uv, or run: ${quoted(around.python)} -m pip install "${REQUIREMENT}"`;
}

function quoted(path: string): string {
  return path.includes(" ") ? `"${path}"` : path;
}

function findUv(around: AgentSurroundings, exists: (path: string) => boolean): string | undefined {
  const name = around.platform === "win32" ? "uv.exe" : "uv";
  const { join } = pathsOf(around.platform);
  return searchPath(around.pathVariable, around.platform)
    .map((folder) => join(folder, name))
    .find(exists);
}
