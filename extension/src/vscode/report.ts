/** Creates a problem report and opens it as an unsaved document. */

import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { type ExtensionContext, env, version, window, workspace } from "vscode";
import { reportText } from "../core/reportText";
import type { LanguageServer } from "./server";
import { explicitSettings } from "./settings";
import type { Store } from "./store";

export async function showReport(
  context: ExtensionContext,
  server: LanguageServer,
  store: Store,
): Promise<void> {
  const info = server.client?.initializeResult?.serverInfo;
  const content = reportText({
    extension: String(context.extension.packageJSON.version),
    server: `${info?.version ?? "not running"} on ${server.interpreter ?? "no Python"}`,
    editor: `${env.appName} ${version}`,
    system: `${process.platform} ${process.arch}${env.remoteName ? `, remote: ${env.remoteName}` : ""}`,
    settings: Object.keys(explicitSettings()),
    trusted: workspace.isTrusted,
    listing: store.current,
    log: await readLog(context),
    home: homedir(),
  });
  await window.showTextDocument(
    await workspace.openTextDocument({ language: "markdown", content }),
  );
}

async function readLog(context: ExtensionContext): Promise<string> {
  try {
    return await readFile(join(context.logUri.fsPath, "Funclens Language Server.log"), "utf8");
  } catch {
    return "(no log)";
  }
}
