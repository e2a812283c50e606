/**
 * Interpreters selected in Microsoft's Python extensions.
 *
 * Both are optional. Python Environments is used if enabled, otherwise the older
 * Python extension.
 */

import { type Event, EventEmitter, extensions, type Uri, workspace } from "vscode";

const ENVIRONMENTS = "ms-python.vscode-python-envs";
const PYTHON = "ms-python.python";
const PATIENCE_MS = 10_000;

/** The part of the Python Environments API that is used here. */
interface EnvironmentsApi {
  getEnvironment(
    scope: Uri | undefined,
  ): Promise<
    { readonly execInfo?: { readonly run?: { readonly executable?: string } } } | undefined
  >;
  readonly onDidChangeEnvironment?: Event<unknown>;
}

/** The part of the Python extension's API that is used here. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    resolveEnvironment(
      path: unknown,
    ): Promise<{ readonly executable: { readonly uri?: Uri } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath?: Event<unknown>;
  };
}

const changed = new EventEmitter<void>();
const watched = new Set<string>();

/** Fires when the user selects another interpreter in one of the extensions. */
export const onDidChangeChosenInterpreter: Event<void> = changed.event;

/** Return the selected interpreters of the workspace folders, without duplicates. */
export async function chosenInterpreters(): Promise<string[]> {
  const scopes = workspace.workspaceFolders?.map((folder) => folder.uri) ?? [undefined];
  const found = await Promise.all(scopes.map(chosenInterpreter));
  return [...new Set(found.filter((path) => path !== undefined))];
}

async function chosenInterpreter(scope: Uri | undefined): Promise<string | undefined> {
  return (await answered(fromEnvironments(scope))) ?? (await answered(fromPython(scope)));
}

/** An extension that fails or is slow counts as not installed. */
async function answered(question: Promise<string | undefined>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  try {
    return await Promise.race([question, late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function fromEnvironments(scope: Uri | undefined): Promise<string | undefined> {
  if (!workspace.getConfiguration("python").get("useEnvironmentsExtension", true)) {
    return undefined;
  }
  const api = await activated<EnvironmentsApi>(ENVIRONMENTS);
  if (!api) return undefined;
  watch(ENVIRONMENTS, api.onDidChangeEnvironment);
  return (await api.getEnvironment(scope))?.execInfo?.run?.executable;
}

async function fromPython(scope: Uri | undefined): Promise<string | undefined> {
  const api = await activated<PythonApi>(PYTHON);
  if (!api?.environments) return undefined;
  watch(PYTHON, api.environments.onDidChangeActiveEnvironmentPath);
  const path = api.environments.getActiveEnvironmentPath(scope);
  return (await api.environments.resolveEnvironment(path))?.executable.uri?.fsPath;
}

async function activated<Api>(id: string): Promise<Api | undefined> {
  return extensions.getExtension<Api>(id)?.activate();
}

function watch(id: string, event: Event<unknown> | undefined): void {
  if (watched.has(id) || !event) return;
  watched.add(id);
  event(() => changed.fire());
}
