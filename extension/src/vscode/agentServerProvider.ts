/** Offers the server for coding agents to VS Code, in a trusted workspace. */

import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { agentCommand, MCP_PROBE } from "../core/agentServer";
import { resolveInterpreter } from "../core/interpreter";
import { askInterpreter, fileExists, readSurroundings } from "./interpreters";

/** Id in `contributes.mcpServerDefinitionProviders` of package.json. */
const PROVIDER = "funclens.agents";
const PROBE_DEADLINE_MS = 10_000;

/** What VS Code has since 1.101; the extension also runs on 1.100. */
interface Definition {
  command: string;
  args: string[];
  cwd?: vscode.Uri;
}
interface Provider {
  readonly onDidChangeMcpServerDefinitions: vscode.Event<void>;
  provideMcpServerDefinitions(): Definition[];
  resolveMcpServerDefinition(definition: Definition): Promise<Definition>;
}
interface AgentApi {
  readonly McpStdioServerDefinition?: new (
    label: string,
    command: string,
    args: string[],
    env: Record<string, string>,
    version: string,
  ) => Definition;
  readonly lm?: {
    registerMcpServerDefinitionProvider?(id: string, provider: Provider): vscode.Disposable;
  };
}

/** Register the provider, if this VS Code has the API. */
export function registerAgentServer(context: vscode.ExtensionContext): vscode.Disposable[] {
  const { lm, McpStdioServerDefinition } = vscode as AgentApi;
  if (!(McpStdioServerDefinition && lm?.registerMcpServerDefinitionProvider)) return [];
  const changed = new vscode.EventEmitter<void>();
  const launcher = join(context.extensionPath, "bundled", "launch_server.py");
  const version = String(context.extension.packageJSON.version);
  const provider: Provider = {
    onDidChangeMcpServerDefinitions: changed.event,
    provideMcpServerDefinitions() {
      const folders = folderPaths();
      if (!vscode.workspace.isTrusted || folders.length === 0) return [];
      // Which interpreter it is started with is found out when it starts.
      return [new McpStdioServerDefinition("Funclens", "python3", [launcher, "mcp"], {}, version)];
    },
    async resolveMcpServerDefinition(definition) {
      const around = await readSurroundings();
      const found = await resolveInterpreter(around, fileExists, askInterpreter);
      const python = found.kind === "found" ? found.python : undefined;
      const { pathVariable, platform } = around;
      const hasPackage = python !== undefined && (await hasMcp(python));
      const chosen = agentCommand(
        { python, hasPackage, pathVariable, platform, launcher, folders: folderPaths() },
        fileExists,
      );
      if (typeof chosen === "string") {
        void vscode.window.showErrorMessage(chosen);
        throw new Error(chosen);
      }
      definition.command = chosen.command;
      definition.args = [...chosen.args];
      definition.cwd = vscode.Uri.file(homedir());
      return definition;
    },
  };
  return [
    changed,
    lm.registerMcpServerDefinitionProvider(PROVIDER, provider),
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => changed.fire()),
  ];
}

function hasMcp(python: string): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { cwd: homedir(), timeout: PROBE_DEADLINE_MS, windowsHide: true };
    execFile(python, ["-I", "-c", MCP_PROBE], options, (_error, stdout) =>
      resolve(stdout.trim() === "yes"),
    );
  });
}

function folderPaths(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === "file")
    .map((folder) => folder.uri.fsPath);
}
