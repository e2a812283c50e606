/**
 * Settings that the user set, without the defaults of package.json.
 *
 * The server has its own defaults, and only explicit settings may override
 * the user's pyproject.toml.
 */

import { type ConfigurationScope, workspace } from "vscode";

const SECTION = "funclens";

/** Settings that only the extension uses. */
const OURS = new Set(["followEditor", "serverPython", "trace"]);

/**
 * Return the values that are set for the scope, keyed without `funclens.`.
 *
 * In an untrusted workspace, only values that the user set for all workspaces.
 */
export function explicitSettings(scope?: ConfigurationScope): Record<string, unknown> {
  const configuration = workspace.getConfiguration(SECTION, scope);
  const values: Record<string, unknown> = {};
  for (const key of Object.keys(configuration)) {
    if (OURS.has(key)) continue;
    const layers = configuration.inspect(key);
    if (!layers) continue;
    const made = workspace.isTrusted
      ? (layers.workspaceFolderValue ?? layers.workspaceValue ?? layers.globalValue)
      : layers.globalValue;
    if (made !== undefined) values[key] = made;
  }
  return values;
}

/** Return the configured interpreter of the language server, and where it is configured. */
export function serverPythonSetting(): { readonly value: string; readonly user: string } {
  const configuration = workspace.getConfiguration(SECTION);
  const user = configuration.inspect<string>("serverPython")?.globalValue ?? "";
  return { value: configuration.get<string>("serverPython", ""), user };
}
