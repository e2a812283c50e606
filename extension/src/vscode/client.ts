/** Creates the language client for one server process. */

import { homedir } from "node:os";
import { join } from "node:path";
import { type LogOutputChannel, workspace } from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
} from "vscode-languageclient/node";
import { CLIENT_COMMANDS } from "../core/protocol";
import { repeatRefreshes } from "./repeatedRefreshes";
import { explicitSettings } from "./settings";

export interface ClientParts {
  readonly python: string;
  /** The folder of the extension. */
  readonly extensionPath: string;
  readonly extensionVersion: string;
  readonly log: LogOutputChannel;
  readonly middleware: Middleware;
  /** Called when the connection closes unexpectedly. */
  readonly onClosed: () => void;
}

/** Errors go to the log; the caller shows those that matter to the user. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** Return a client without starting it. */
export function makeClient(parts: ClientParts): LanguageClient {
  const launcher = join(parts.extensionPath, "bundled", "launch_server.py");
  const server = {
    command: parts.python,
    // Isolated mode: the workspace and PYTHON* variables don't affect imports.
    args: ["-I", "-u", launcher, "lsp", "--stdio"],
    options: { cwd: homedir() },
  };
  /** Last settings sent, because VS Code also reports unchanged settings. */
  let known = "";
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "python" },
      { scheme: "file", pattern: "**/*.{http,rest}" },
    ],
    outputChannel: parts.log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: () => {
      known = fingerprintOfSettings();
      return {
        trusted: workspace.isTrusted,
        settings: explicitSettings(),
        extensionVersion: parts.extensionVersion,
        clientCommands: CLIENT_COMMANDS,
      };
    },
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        parts.onClosed();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
    middleware: {
      ...parts.middleware,
      provideCodeLenses: (document, token, next) => {
        asked(document);
        const provide = parts.middleware.provideCodeLenses;
        return provide ? provide(document, token, next) : next(document, token);
      },
      workspace: {
        configuration: (params) =>
          params.items.map((item) =>
            item.section === "funclens" ? explicitSettings(scopeOf(item.scopeUri)) : null,
          ),
        didChangeConfiguration: async () => {
          const fingerprint = fingerprintOfSettings();
          if (fingerprint === known) return;
          known = fingerprint;
          await client.sendNotification("workspace/didChangeConfiguration", {
            settings: { funclens: explicitSettings() },
          });
        },
      },
    },
  };
  const client = new QuietClient("funclens", "Funclens Language Server", server, options);
  const asked = repeatRefreshes(client);
  return client;
}

function fingerprintOfSettings(): string {
  const folders = workspace.workspaceFolders ?? [];
  return JSON.stringify([undefined, ...folders].map((folder) => explicitSettings(folder)));
}

function scopeOf(uri: string | undefined) {
  return workspace.workspaceFolders?.find((folder) => folder.uri.toString() === uri)?.uri;
}
