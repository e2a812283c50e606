/**
 * Which Python runs the language server. Decides; never starts anything itself.
 *
 * This is apart from the interpreters of the user's units: those belong to the
 * runner and are chosen by the setting `funclens.python`.
 *
 * Order: the setting `funclens.serverPython`; what the Python extensions have
 * chosen; `.venv` of the workspace folders; python3, python and the versioned
 * names on PATH. In an untrusted workspace nothing that lies in the workspace is
 * a candidate, and the setting counts only where the user made it for all
 * workspaces.
 */

import { delimiter, isAbsolute, join, relative, sep } from "node:path";

export const OLDEST_PYTHON: Version = [3, 10, 0];

export type Version = readonly [number, number, number];

/** Where a candidate comes from, in the words of a log line. */
export type Origin = "setting" | "Python extension" | "workspace .venv" | "PATH";

export interface Candidate {
  readonly path: string;
  readonly origin: Origin;
}

/** All that the choice depends on; gathered by the caller. */
export interface Surroundings {
  readonly trusted: boolean;
  readonly folders: readonly string[];
  /** Value of the setting in force. */
  readonly setting: string;
  /** Value that the user made for all workspaces; the only one used when untrusted. */
  readonly userSetting: string;
  /** Interpreters that the Python extensions have chosen. */
  readonly chosen: readonly string[];
  readonly pathVariable: string;
  readonly platform: NodeJS.Platform;
}

/** What an interpreter says about itself. */
export interface Probe {
  readonly version: Version;
  /** The real executable, behind shims and launchers. */
  readonly executable: string;
}

/** Asks an interpreter for itself; a sentence instead when it cannot answer. */
export type Ask = (path: string) => Promise<Probe | string>;

export interface Rejected extends Candidate {
  /** Why it cannot run the server, as the end of a sentence. */
  readonly reason: string;
}

/** The decision: an interpreter, or every reason why there is none. */
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
  "import sys; print('%d.%d.%d %s' % (sys.version_info[:3] + (sys.executable,)))";

/** Read what the probe script printed; undefined when that was something else. */
export function parseProbe(output: string): Probe | undefined {
  const found = /^(\d+)\.(\d+)\.(\d+) (.+)$/.exec(output.trim());
  if (!found?.[4]) return undefined;
  return {
    version: [Number(found[1]), Number(found[2]), Number(found[3])],
    executable: found[4],
  };
}

/** Return the candidates in order, without repetition. */
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
  const unique = new Map(found.reverse().map((item) => [item.path, item]));
  return [...unique.values()]
    .reverse()
    .filter((item) => around.trusted || !isInside(item.path, around.folders));
}

/**
 * Choose the first candidate that can run the server.
 *
 * `exists` tells whether there is a file at a path; only those are asked. A
 * setting that cannot be used is rejected aloud: the next candidate is taken, and
 * the rejection stands in the answer.
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
    } else if (!around.trusted && isInside(answer.executable, around.folders)) {
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

/** Say that there is no interpreter, and what to do about it. */
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
  return isAbsolute(path) || !folder ? path : join(folder, path);
}

function venvPython(folder: string, platform: NodeJS.Platform): string {
  return platform === "win32"
    ? join(folder, ".venv", "Scripts", "python.exe")
    : join(folder, ".venv", "bin", "python");
}

function onPath(around: Surroundings): string[] {
  const names = ["python3", "python"];
  for (let minor = 14; minor >= OLDEST_PYTHON[1]; minor--) names.push(`python3.${minor}`);
  const suffix = around.platform === "win32" ? ".exe" : "";
  const entries = around.pathVariable.split(delimiter).filter(isAbsolute);
  return names.flatMap((name) => entries.map((entry) => join(entry, name + suffix)));
}

function isInside(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const way = relative(folder, path);
    return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  });
}
