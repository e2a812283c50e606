/** Paths of a platform, which is a parameter so that tests can name another one. */

import { type PlatformPath, posix, win32 } from "node:path";

/** Return the functions for paths of a platform. */
export function pathsOf(platform: NodeJS.Platform): PlatformPath {
  return platform === "win32" ? win32 : posix;
}

/**
 * Return what two paths of one file have in common.
 *
 * On Windows, editors and Python write drives in different case, and names may differ in
 * case as well.
 */
export function pathKey(path: string, platform: NodeJS.Platform = process.platform): string {
  return platform === "win32" ? win32.normalize(path).toLowerCase() : path;
}

/** Return the absolute folders of the variable PATH. */
export function searchPath(variable: string, platform: NodeJS.Platform): string[] {
  const { delimiter, isAbsolute } = pathsOf(platform);
  return variable
    .split(delimiter)
    .map((entry) => entry.replace(/^"(.*)"$/, "$1"))
    .filter(isAbsolute);
}

/** Return a text without a folder, in each form that logs have of it. */
export function withoutFolder(
  text: string,
  folder: string,
  replacement: string,
  platform: NodeJS.Platform = process.platform,
): string {
  if (folder.length <= 1) return text;
  if (platform !== "win32") return text.replaceAll(folder, replacement);
  const slashed = folder.replaceAll("\\", "/");
  const forms = [folder.replaceAll("\\", "\\\\"), folder, slashed, encodeURI(slashed)];
  const encoded = encodeURI(slashed).replace(":", "%3A");
  const pattern = [...forms, encoded].map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return text.replace(new RegExp(pattern.join("|"), "gi"), replacement);
}
