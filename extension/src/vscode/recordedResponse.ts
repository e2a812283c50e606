/** Shows recorded requests in the panel, sends them again, debugs and copies them. */

import { commands, Position, Range, Uri, ViewColumn, window } from "vscode";
import { type RequestDetail, ServerCommand } from "../core/protocol";
import { recordedBody, recordedDraft, recordedHead, recordedView } from "../core/recorded";
import { copyAs } from "./copyAs";
import type { PanelParts } from "./requestPanel";
import type { ShownResponse } from "./shownResponse";

export class RecordedResponse {
  private detail: RequestDetail | undefined;

  constructor(
    private readonly id: string,
    private readonly parts: PanelParts,
    private readonly shown: ShownResponse,
  ) {}

  /** Id of the request whose response is shown, if the runner has recorded it. */
  get request(): string | undefined {
    return this.detail?.id;
  }

  forget(): void {
    this.detail = undefined;
  }

  /** Show a request and its response in place of another. */
  async show(detail: RequestDetail): Promise<void> {
    await this.shown.begin([]);
    const { response } = detail;
    const head = recordedHead(detail);
    if (response && head) {
      const { method, path, headers } = recordedDraft(detail) ?? { ...detail, headers: "" };
      const request = { method, path, headers, body: "" };
      const url = this.parts.store.current.runner.url + detail.path;
      const end = await this.shown.takeWhole(url, request, head, recordedBody(response));
      await this.shown.note({ kind: "end", end: { ...end, bytes: response.size, redirect: "" } });
    } else await this.shown.note({ kind: "failure", message: "No response" });
    await this.tell(detail);
  }

  /** Show another request, of the same trace. */
  async showOther(request: string): Promise<void> {
    await this.show(await this.parts.history.detail(request));
  }

  /** Add what the runner has recorded to the response that is shown. */
  async attach(request: string): Promise<void> {
    if (this.request === request) return;
    const { received } = this.shown;
    const detail = await this.parts.history.detail(request);
    if (received && received === this.shown.received) await this.tell(detail);
  }

  /** Send identical bytes again; show what comes of it. */
  async replay(): Promise<void> {
    if (this.request) await this.replayed(this.request);
  }

  /** Send identical bytes to the function under the debugger; it stops where they fail. */
  async debug(): Promise<void> {
    const { request } = this;
    if (!request) return;
    const argument = { id: this.id, replay: "later", request };
    const answer = await commands.executeCommand(ServerCommand.debug, argument);
    if (answer) await this.parts.debugging.stopWhereItFails(answer, () => this.replayed(request));
  }

  async copy(): Promise<void> {
    if (this.request) await copyAs(this.parts.history, { request: this.request });
  }

  /** Show the line of a frame beside the panel; by default, the user's last one. */
  async showFrame(index?: number): Promise<void> {
    const frames = this.detail?.exception?.frames ?? [];
    const last = [...frames].reverse().find(({ isUser }) => isUser);
    const frame = index === undefined ? last : frames[index];
    if (!frame) return;
    const start = new Position(Math.max(frame.line - 1, 0), 0);
    await window.showTextDocument(Uri.file(frame.file), {
      selection: new Range(start, start),
      viewColumn: ViewColumn.One,
    });
  }

  private async replayed(request: string): Promise<void> {
    await this.shown.begin([]);
    const answer = await commands.executeCommand<{ readonly request?: string } | undefined>(
      ServerCommand.replay,
      { request },
    );
    if (answer?.request) await this.show(await this.parts.history.detail(answer.request));
    else await this.shown.note({ kind: "failure", message: "The request was not sent again." });
  }

  private async tell(detail: RequestDetail): Promise<void> {
    this.detail = detail;
    const { requests } = this.parts.history;
    await this.shown.note({ kind: "recorded", recorded: recordedView(detail, requests) });
    const { exception } = detail;
    if (this.shown.has("details") || !(detail.failed || detail.output)) return;
    const frame = [...(exception?.frames ?? [])].reverse().find(({ isUser }) => isUser);
    const details = {
      error: exception ? `${exception.type}: ${exception.message}` : "",
      place: frame ? `${Uri.file(frame.file).path.split("/").at(-1)}:${frame.line}` : "",
      output: detail.output,
    };
    await this.shown.note({ kind: "details", details });
  }
}
