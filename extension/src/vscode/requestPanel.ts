/** The request panel of one function. */

import { randomBytes } from "node:crypto";
import { type Disposable, Uri, type WebviewPanel } from "vscode";
import type { Draft } from "../core/draft";
import type { FromPanel, FromResponse, ToPanel } from "../core/panel";
import { panelPage } from "../core/panelPage";
import { RequestForm } from "./requestForm";
import { RequestSender } from "./requestSender";
import type { RequestStore } from "./requestStore";
import type { LanguageServer } from "./server";
import type { Store } from "./store";

export interface PanelParts {
  readonly extensionUri: Uri;
  readonly server: LanguageServer;
  readonly store: Store;
  readonly requests: RequestStore;
}

export class RequestPanel implements Disposable {
  private readonly form: RequestForm;
  private readonly sender: RequestSender;

  constructor(
    id: string,
    private readonly panel: WebviewPanel,
    parts: PanelParts,
    /** Draft to send once the page is loaded. */
    private first: Draft | undefined,
  ) {
    const { webview } = panel;
    const tell = async (message: ToPanel) => void (await webview.postMessage(message));
    this.form = new RequestForm(id, parts, {
      tell,
      setTitle: (title) => {
        panel.title = title;
      },
    });
    this.sender = new RequestSender(id, parts, tell, () => this.form.refresh());
    const uri = (...path: string[]) =>
      webview.asWebviewUri(Uri.joinPath(parts.extensionUri, ...path)).toString();
    panel.iconPath = Uri.joinPath(parts.extensionUri, "media", "icon.png");
    webview.onDidReceiveMessage((message: FromPanel) => this.receive(message));
    panel.onDidDispose(() => this.sender.hangUp());
    webview.html = panelPage({
      nonce: randomBytes(16).toString("hex"),
      source: webview.cspSource,
      script: uri("out", "panel.js"),
      styles: ["panel.css", "form.css", "response.css"].map((name) => uri("media", name)),
    });
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** Fill in a draft and send it. */
  async sendNow(draft: Draft): Promise<void> {
    await this.form.show(draft);
    await this.sender.send(draft);
  }

  /** Send the page the current state of the function. */
  async refresh(): Promise<void> {
    await this.form.refresh();
  }

  private async receive(message: FromPanel): Promise<void> {
    if (message.kind === "ready") await this.start(message.draft);
    else if (message.kind === "send") await this.sender.send(message.draft);
    else if (isFromResponse(message)) await this.sender.receive(message);
    else await this.form.receive(message);
  }

  private async start(kept: Draft | undefined): Promise<void> {
    await this.form.refresh();
    if (this.first) {
      const draft = this.first;
      this.first = undefined;
      await this.sendNow(draft);
      return;
    }
    if (!kept) await this.form.fillFirst();
    await this.sender.tellAgain();
  }
}

function isFromResponse(message: FromPanel): message is FromResponse {
  return message.kind === "cancel";
}
