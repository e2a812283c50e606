/**
 * The settings that somebody made, without the defaults of package.json.
 *
 * The server knows the defaults itself, and only what is really set may win over
 * the user's pyproject.toml.
 */

import { type ConfigurationScope, workspace } from "vscode";

const SECTION = "funclens";

/** Settings of the extension alone, which the server does not know. */
const OURS = new Set(["serverPython", "trace"]);

/**
 * Return the values that are set for the scope, keyed without `funclens.`.
 *
 * While the workspace is not trusted, only what the user set for all workspaces.
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

/** Return the interpreter that is set for the language server, and by whom. */
export function serverPythonSetting(): { readonly value: string; readonly user: string } {
  const configuration = workspace.getConfiguration(SECTION);
  const user = configuration.inspect<string>("serverPython")?.globalValue ?? "";
  return { value: configuration.get<string>("serverPython", ""), user };
}
