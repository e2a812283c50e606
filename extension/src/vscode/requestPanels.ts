/** The request panel: one for all functions, opened, reused and restored. */

import { Disposable, Uri, ViewColumn, type WebviewPanel, window } from "vscode";
import type { Draft } from "../core/draft";
import type { FunctionInfo, RequestDetail } from "../core/protocol";
import { type FirstShown, type PanelParts, RequestPanel } from "./requestPanel";

const VIEW_TYPE = "funclens.request";

export class RequestPanels implements Disposable {
  private panel: RequestPanel | undefined;
  private readonly subscriptions: Disposable;

  constructor(private readonly parts: PanelParts) {
    this.subscriptions = Disposable.from(
      window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: async (panel, state: { readonly id?: string } | undefined) => {
          if (state?.id && !this.panel) this.adopt(state.id, panel);
          else panel.dispose();
        },
      }),
      parts.store.onDidChange(() => void this.panel?.refresh()),
    );
  }

  /** Show the panel for a function; if a draft is given, fill it in and send it, unless told not to. */
  show(fn: FunctionInfo, draft?: Draft, { send } = { send: true }): void {
    this.open(fn, draft ? { draft, sends: send } : {});
  }

  /** Show a recorded request, with a draft to edit and send. */
  showRecorded(fn: FunctionInfo, recorded: RequestDetail, draft: Draft | undefined): void {
    this.open(fn, { recorded, ...(draft ? { draft } : {}) });
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.panel?.dispose();
  }

  private open(fn: FunctionInfo, first: FirstShown): void {
    if (this.panel) {
      void this.panel.show(fn.id, first);
      return;
    }
    const panel = window.createWebviewPanel(VIEW_TYPE, fn.endpoint, ViewColumn.Beside, {
      enableScripts: true,
      localResourceRoots: ["out", "media"].map((name) =>
        Uri.joinPath(this.parts.extensionUri, name),
      ),
    });
    this.adopt(fn.id, panel, first);
  }

  private adopt(id: string, panel: WebviewPanel, first: FirstShown = {}): void {
    const adopted = new RequestPanel(id, panel, this.parts, first);
    this.panel = adopted;
    panel.onDidDispose(() => {
      if (this.panel === adopted) this.panel = undefined;
    });
  }
}
