/**
 * Chooses the interpreter of the language server, without running anything.
 *
 * The interpreters of the user's units are separate: the runner chooses
 * them by the setting `funclens.python`.
 *
 * Order: the setting `funclens.serverPython`; interpreters selected in the Python
 * extensions; `.venv` of the workspace folders; python3, python and versioned
 * names on PATH; on Windows also its launcher `py`, on macOS also the folders of Homebrew
 * and python.org, which an editor's PATH may lack. In an untrusted workspace, nothing in the workspace is
 * a candidate, and the setting counts only if the user set it for all
 * workspaces.
 */

import { pathKey, pathsOf, searchPath } from "./paths";

const OLDEST_PYTHON: Version = [3, 10, 0];

export type Version = readonly [number, number, number];

/** Origin of a candidate, as shown in the log. */
export type Origin = "setting" | "Python extension" | "workspace .venv" | "PATH";

export interface Candidate {
  readonly path: string;
  readonly origin: Origin;
}

/** Inputs of the choice, collected by the caller. */
export interface Surroundings {
  readonly trusted: boolean;
  readonly folders: readonly string[];
  /** Effective value of the setting. */
  readonly setting: string;
  /** Value set by the user for all workspaces; the only one used without trust. */
  readonly userSetting: string;
  /** Interpreters selected in the Python extensions. */
  readonly chosen: readonly string[];
  readonly pathVariable: string;
  readonly platform: NodeJS.Platform;
}

/** Result of probing an interpreter. */
export interface Probe {
  readonly version: Version;
  /** The real executable, behind shims and launchers. */
  readonly executable: string;
}

/** Probes an interpreter; returns a reason if that fails. */
export type Ask = (path: string) => Promise<Probe | string>;

export interface Rejected extends Candidate {
  /** Why it can't run the server, as the end of a sentence. */
  readonly reason: string;
}

/** The choice: an interpreter, or the reasons why there is none. */
export type Resolution =
  | {
      readonly kind: "found";
      readonly python: string;
      readonly version: Version;
      readonly origin: Origin;
      readonly rejected: readonly Rejected[];
    }
  | { readonly kind: "none"; readonly rejected: readonly Rejected[] };

/** Run with `PYTHON -I -c`; prints what `parseProbe` reads. */
export const PROBE_SCRIPT =
  "import sys; text = '%d.%d.%d %s' % (sys.version_info[:3] + (sys.executable,)); " +
  // Bytes, because pipes have the code page of the system on Windows.
  "sys.stdout.buffer.write(text.encode('utf-8', 'surrogateescape'))";

/** Parse the output of the probe script; undefined if invalid. */
export function parseProbe(output: string): Probe | undefined {
  const found = /^(\d+)\.(\d+)\.(\d+) (.+)$/.exec(output.trim());
  if (!found?.[4]) return undefined;
  return {
    version: [Number(found[1]), Number(found[2]), Number(found[3])],
    executable: found[4],
  };
}

/** Return the candidates in order, without duplicates. */
export function candidates(around: Surroundings): Candidate[] {
  const found: Candidate[] = [];
  const setting = around.trusted ? around.setting : around.userSetting;
  if (setting) found.push({ path: fromFolder(setting, around), origin: "setting" });
  for (const path of around.chosen) found.push({ path, origin: "Python extension" });
  if (around.trusted) {
    for (const folder of around.folders) {
      found.push({ path: venvPython(folder, around.platform), origin: "workspace .venv" });
    }
  }
  for (const path of onPath(around)) found.push({ path, origin: "PATH" });
  const key = (item: Candidate) => pathKey(item.path, around.platform);
  const unique = new Map(found.reverse().map((item) => [key(item), item]));
  return [...unique.values()]
    .reverse()
    .filter((item) => around.trusted || !isInside(item.path, around));
}

/**
 * Choose the first candidate that can run the server.
 *
 * Only candidates for which `exists` returns true are probed. A
 * setting that can't be used is reported: the next candidate is chosen, and
 * the rejection is part of the result.
 */
export async function resolveInterpreter(
  around: Surroundings,
  exists: (path: string) => boolean,
  ask: Ask,
): Promise<Resolution> {
  const rejected: Rejected[] = [];
  for (const candidate of candidates(around)) {
    if (!exists(candidate.path)) {
      if (candidate.origin === "setting") {
        rejected.push({ ...candidate, reason: "file not found" });
      }
      continue;
    }
    const answer = await ask(candidate.path);
    if (typeof answer === "string") {
      rejected.push({ ...candidate, reason: answer });
    } else if (isOlder(answer.version, OLDEST_PYTHON)) {
      rejected.push({ ...candidate, reason: `it is Python ${answer.version.join(".")}` });
    } else if (!around.trusted && isInside(answer.executable, around)) {
      rejected.push({ ...candidate, reason: "it is in an untrusted workspace" });
    } else {
      return {
        kind: "found",
        python: answer.executable,
        version: answer.version,
        origin: candidate.origin,
        rejected,
      };
    }
  }
  return { kind: "none", rejected };
}

/** Return the message for a missing interpreter, with the next step. */
export function explainNone(rejected: readonly Rejected[]): string {
  const advice =
    "Install Python 3.10 or later, or choose one with the setting funclens.serverPython.";
  if (rejected.length === 0) {
    return `No Python interpreter found for the Funclens language server. ${advice}`;
  }
  const reasons = rejected.map((item) => `${item.path} (${item.reason})`).join(", ");
  return `The Funclens language server needs Python 3.10 or later. ${advice} Unsuitable: ${reasons}`;
}

function isOlder(version: Version, oldest: Version): boolean {
  for (const [index, wanted] of oldest.entries()) {
    const part = version[index] ?? 0;
    if (part !== wanted) return part < wanted;
  }
  return false;
}

function fromFolder(path: string, around: Surroundings): string {
  const folder = around.folders[0];
  const { isAbsolute, join } = pathsOf(around.platform);
  return isAbsolute(path) || !folder ? path : join(folder, path);
}

function venvPython(folder: string, platform: NodeJS.Platform): string {
  const { join } = pathsOf(platform);
  return platform === "win32"
    ? join(folder, ".venv", "Scripts", "python.exe")
    : join(folder, ".venv", "bin", "python");
}

function onPath(around: Surroundings): string[] {
  const { platform } = around;
  const minors: number[] = [];
  for (let minor = 14; minor >= OLDEST_PYTHON[1]; minor--) minors.push(minor);
  const names = ["python3", "python", ...minors.map((minor) => `python3.${minor}`)];
  if (platform === "win32") names.push("py");
  const suffix = platform === "win32" ? ".exe" : "";
  const { join } = pathsOf(platform);
  const entries = searchPath(around.pathVariable, platform);
  const late = entries.filter((entry) => isLate(entry, platform));
  const early = entries.filter((entry) => !late.includes(entry));
  const below = (folders: readonly string[]) =>
    names.flatMap((name) => folders.map((folder) => join(folder, name + suffix)));
  const more = platform === "darwin" ? [...MACOS_FOLDERS, ...minors.map(ofPythonOrg)] : [];
  return [...below([...early, ...more]), ...below(late)];
}

const MACOS_FOLDERS = ["/opt/homebrew/bin", "/usr/local/bin"];

function ofPythonOrg(minor: number): string {
  return `/Library/Frameworks/Python.framework/Versions/3.${minor}/bin`;
}

/**
 * Return whether the programs of a folder may be stubs: that of the Windows Store, which
 * opens the Store, and that of macOS, which offers to install developer tools.
 */
function isLate(folder: string, platform: NodeJS.Platform): boolean {
  if (platform === "darwin") return folder === "/usr/bin";
  return platform === "win32" && /\\Microsoft\\WindowsApps\\?$/i.test(folder);
}

function isInside(path: string, { folders, platform }: Surroundings): boolean {
  const { isAbsolute, relative, sep } = pathsOf(platform);
  return folders.some((folder) => {
    const way = relative(folder, path);
    return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  });
}
