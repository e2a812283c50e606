/** The request panel. It shows one function at a time and keeps the responses of all. */

import { randomBytes } from "node:crypto";
import { type Disposable, Uri, type WebviewPanel } from "vscode";
import { completed } from "../core/bodyKind";
import type { Draft } from "../core/draft";
import { type FromPanel, isFromResponse, type ToPanel } from "../core/panel";
import { panelPage } from "../core/panelPage";
import type { RequestDetail } from "../core/protocol";
import type { Debugger } from "./debug";
import type { Deliveries } from "./deliveries";
import type { RequestFailures } from "./requestFailures";
import { RequestForm } from "./requestForm";
import type { RequestHistory } from "./requestHistory";
import { RequestSender } from "./requestSender";
import type { RequestStore } from "./requestStore";
import type { ResponseDocuments } from "./responseDocuments";
import type { LanguageServer } from "./server";
import type { Store } from "./store";

export interface PanelParts {
  readonly extensionUri: Uri;
  readonly server: LanguageServer;
  readonly store: Store;
  readonly requests: RequestStore;
  readonly debugging: Debugger;
  readonly failures: RequestFailures;
  readonly deliveries: Deliveries;
  readonly history: RequestHistory;
  readonly documents: ResponseDocuments;
}

/** What a panel shows first: a draft, which may be sent, or a recorded request. */
export interface FirstShown {
  readonly draft?: Draft;
  readonly sends?: boolean;
  readonly recorded?: RequestDetail;
}

/** What the panel knows about one function. */
interface Talk {
  readonly form: RequestForm;
  readonly sender: RequestSender;
}

export class RequestPanel implements Disposable {
  private readonly talks = new Map<string, Talk>();
  private isLoaded = false;

  constructor(
    /** Function that is shown. */
    private id: string,
    private readonly panel: WebviewPanel,
    private readonly parts: PanelParts,
    /** What to show once the page is loaded. */
    private first: FirstShown,
  ) {
    const { webview } = panel;
    const uri = (...path: string[]) =>
      webview.asWebviewUri(Uri.joinPath(parts.extensionUri, ...path)).toString();
    panel.iconPath = Uri.joinPath(parts.extensionUri, "media", "icon.png");
    webview.onDidReceiveMessage((message: FromPanel) => this.receive(message));
    panel.onDidDispose(() => {
      for (const { sender } of this.talks.values()) sender.dispose();
    });
    webview.html = panelPage({
      nonce: randomBytes(16).toString("hex"),
      source: webview.cspSource,
      script: uri("out", "panel.js"),
      styles: ["panel.css", "form.css", "response.css", "recorded.css"].map((name) =>
        uri("media", name),
      ),
    });
  }

  /** Show a function, and what is given. */
  async show(id: string, first: FirstShown): Promise<void> {
    const isOther = id !== this.id;
    this.id = id;
    this.first = first;
    // A hidden page is loaded again when it is shown, and then asks for its content.
    if (!this.panel.visible) this.isLoaded = false;
    this.panel.reveal();
    const { draft, recorded } = first;
    if (this.isLoaded && (isOther || draft || recorded)) await this.fill();
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** Send the page the current state of the function. */
  async refresh(): Promise<void> {
    if (this.isLoaded) await this.talk.form.refresh();
  }

  private async receive(message: FromPanel): Promise<void> {
    const { form, sender } = this.talk;
    if (message.kind === "ready") {
      this.isLoaded = true;
      await this.fill();
    } else if (message.kind === "send") await sender.send(message.draft);
    else if (isFromResponse(message)) await sender.receive(message);
    else await form.receive(message);
  }

  /** Fill the page for the function: its draft and its last response. */
  private async fill(): Promise<void> {
    const { form, sender } = this.talk;
    const { recorded, sends } = this.first;
    const draft = this.first.draft && completed(this.first.draft);
    this.first = {};
    await form.refresh(true);
    await sender.tellAgain();
    if (draft) {
      await form.show(draft);
      if (sends) await sender.send(draft);
    }
    if (recorded) await sender.showRecorded(recorded);
  }

  private get talk(): Talk {
    const known = this.talks.get(this.id);
    if (known) return known;
    const { id } = this;
    const tell = async (message: ToPanel) => {
      if (id === this.id) await this.panel.webview.postMessage(message);
    };
    const form = new RequestForm(id, this.parts, {
      tell,
      setTitle: (title) => {
        if (id === this.id) this.panel.title = title;
      },
    });
    const sender = new RequestSender(id, this.parts, tell, () => form.refresh());
    const talk = { form, sender };
    this.talks.set(id, talk);
    return talk;
  }
}
