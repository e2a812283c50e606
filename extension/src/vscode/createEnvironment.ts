/** Creates environments with Microsoft's Python Environments extension. */

import { existsSync } from "node:fs";
import { extensions, Uri, workspace } from "vscode";
import { mayCreate } from "../core/needs";
import type { SetUpPlan } from "../core/protocol";

const ENVIRONMENTS = "ms-python.vscode-python-envs";

/** The part of the extension's API that is used here. */
interface EnvironmentsApi {
  createEnvironment?(
    scope: Uri,
    options: { readonly quickCreate: boolean },
  ): Promise<{ readonly sysPrefix?: string } | undefined>;
  refreshEnvironments?(scope: Uri | undefined): Promise<void>;
  getPythonProject?(uri: Uri): { readonly uri: Uri } | undefined;
}

/** What became of the request to create an environment. */
export interface Creation {
  /** Whether the user canceled it. */
  readonly cancelled: boolean;
  /** Let the extension know of the finished set-up; remove what it created if it failed. */
  end(succeeded: boolean): Promise<void>;
}

/** The server creates the environment. */
const NONE: Creation = { cancelled: false, end: async () => undefined };

/**
 * Let the extension create the environment of a plan, if it is there and offers it:
 * it knows which Python the user prefers.
 */
export async function createEnvironment(
  plan: SetUpPlan,
  log: (line: string) => void,
): Promise<Creation> {
  const api = await environmentsApi();
  if (!api) return NONE;
  const scope = Uri.file(plan.folder);
  const refresh = async () => api.refreshEnvironments?.(scope);
  const project = api.getPythonProject?.(scope)?.uri.fsPath;
  if (!api.createEnvironment || !mayCreate(plan, project) || existsSync(plan.environment)) {
    return { cancelled: false, end: refresh };
  }
  try {
    const made = await api.createEnvironment(scope, { quickCreate: true });
    log(`created by the Python Environments extension: ${made?.sysPrefix ?? "nothing"}`);
    return {
      cancelled: made === undefined,
      end: async (succeeded) => {
        if (!succeeded) await remove(plan.environment);
        await refresh();
      },
    };
  } catch (error) {
    log(`the Python Environments extension created nothing: ${String(error)}`);
    return { cancelled: false, end: refresh };
  }
}

/** Remove an environment that was not there before. */
async function remove(folder: string): Promise<void> {
  if (existsSync(folder)) await workspace.fs.delete(Uri.file(folder), { recursive: true });
}

async function environmentsApi(): Promise<EnvironmentsApi | undefined> {
  const isUsed = workspace.getConfiguration("python").get("useEnvironmentsExtension", true);
  if (!isUsed) return undefined;
  try {
    return await extensions.getExtension<EnvironmentsApi>(ENVIRONMENTS)?.activate();
  } catch {
    return undefined;
  }
}
