/** Request panels, one per function. */

import { Disposable, Uri, ViewColumn, type WebviewPanel, window } from "vscode";
import type { Draft } from "../core/draft";
import type { FunctionInfo } from "../core/protocol";
import { type PanelParts, RequestPanel } from "./requestPanel";

const VIEW_TYPE = "funclens.request";

/** Creates, finds and restores panels. */
export class RequestPanels implements Disposable {
  private readonly panels = new Map<string, RequestPanel>();
  private readonly subscriptions: Disposable;

  constructor(private readonly parts: PanelParts) {
    this.subscriptions = Disposable.from(
      window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: async (panel, state: { readonly id?: string } | undefined) => {
          if (state?.id) this.adopt(state.id, panel);
          else panel.dispose();
        },
      }),
      parts.store.onDidChange(() => {
        for (const panel of this.panels.values()) void panel.refresh();
      }),
    );
  }

  /** Show the panel of a function; if a draft is given, fill it in and send it. */
  show(fn: FunctionInfo, draft?: Draft): void {
    const known = this.panels.get(fn.id);
    if (known) {
      known.reveal();
      if (draft) void known.sendNow(draft);
      return;
    }
    const panel = window.createWebviewPanel(VIEW_TYPE, fn.endpoint, ViewColumn.Beside, {
      enableScripts: true,
      localResourceRoots: ["out", "media"].map((name) =>
        Uri.joinPath(this.parts.extensionUri, name),
      ),
    });
    this.adopt(fn.id, panel, draft);
  }

  dispose(): void {
    this.subscriptions.dispose();
    for (const panel of this.panels.values()) panel.dispose();
  }

  private adopt(id: string, panel: WebviewPanel, draft?: Draft): void {
    this.panels.set(id, new RequestPanel(id, panel, this.parts, draft));
    panel.onDidDispose(() => this.panels.delete(id));
  }
}
