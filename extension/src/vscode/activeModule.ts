/** The units that load the file in the active editor: F5 debugs one of them. */

import { commands, Disposable, type TextDocument, type Uri, window } from "vscode";
import { type Listing, readUnitsOf, UNITS_OF } from "../core/protocol";
import type { LanguageServer } from "./server";
import type { Store } from "./store";

/** Holds the path, so that it says nothing about an editor that is activated next. */
const CONTEXT = "funclens.modules";

export class ActiveModule implements Disposable {
  private readonly subscriptions: Disposable;
  private functions: Listing["functions"] = [];
  private asked = 0;

  constructor(
    private readonly server: LanguageServer,
    store: Store,
  ) {
    this.subscriptions = Disposable.from(
      window.onDidChangeActiveTextEditor(() => this.look()),
      store.onDidChange(({ functions }) => {
        if (functions === this.functions) return;
        this.functions = functions;
        void this.look();
      }),
    );
  }

  /** Return the ids of the units that load a file. */
  async unitsOf(uri: Uri): Promise<readonly string[]> {
    const client = this.server.client;
    if (!client?.isRunning()) return [];
    const answer: unknown = await client.sendRequest(UNITS_OF, { uri: uri.toString() });
    return readUnitsOf(answer).units;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  /** Set the context key for the keybinding, unless another editor was activated since. */
  private async look(): Promise<void> {
    const number = ++this.asked;
    const document = window.activeTextEditor?.document;
    const units = document && isModule(document) ? await this.unitsOf(document.uri) : [];
    if (number !== this.asked) return;
    const modules = document && units.length > 0 ? [document.uri.fsPath] : [];
    await commands.executeCommand("setContext", CONTEXT, modules);
  }
}

function isModule(document: TextDocument): boolean {
  return document.languageId === "python" && document.uri.scheme === "file";
}
