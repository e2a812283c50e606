/** Collects the inputs for choosing an interpreter, and probes interpreters. */

import { execFile } from "node:child_process";
import { existsSync, lstatSync } from "node:fs";
import { homedir } from "node:os";
import { workspace } from "vscode";
import { type Ask, PROBE_SCRIPT, parseProbe, type Surroundings } from "../core/interpreter";
import { chosenInterpreters } from "./pythonExtensions";
import { serverPythonSetting } from "./settings";

const PROBE_DEADLINE_MS = 10_000;

/** Return the current inputs. */
export async function readSurroundings(): Promise<Surroundings> {
  const setting = serverPythonSetting();
  return {
    trusted: workspace.isTrusted,
    folders: folderPaths(),
    setting: setting.value,
    userSetting: setting.user,
    // The selected interpreter may be in the workspace, so it requires trust.
    chosen: workspace.isTrusted ? await chosenInterpreters() : [],
    pathVariable: process.env["PATH"] ?? process.env["Path"] ?? "",
    platform: process.platform,
  };
}

/** Return the absolute paths of the workspace folders on this machine. */
function folderPaths(): string[] {
  return (workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === "file")
    .map((folder) => folder.uri.fsPath);
}

/** Run an interpreter in isolated mode outside the workspace to get its version. */
export const askInterpreter: Ask = (path) =>
  new Promise((resolve) => {
    const options = { cwd: homedir(), timeout: PROBE_DEADLINE_MS, windowsHide: true };
    execFile(path, ["-I", "-c", PROBE_SCRIPT], options, (error, stdout) => {
      const probe = parseProbe(stdout);
      if (probe) resolve(probe);
      else if (error?.killed) resolve("it timed out");
      else resolve("it is not Python 3");
    });
  });

/** On Windows, links of the Store count, which lead to what only the system can open. */
export function fileExists(path: string): boolean {
  if (existsSync(path) || process.platform !== "win32") return existsSync(path);
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
