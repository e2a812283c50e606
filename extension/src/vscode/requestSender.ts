/** Sends the request of a panel and reports the response to its page. */

import { commands, Disposable, window } from "vscode";
import { callOf } from "../core/call";
import { deliveryLine } from "../core/delivery";
import type { Draft } from "../core/draft";
import { type Exchange, exchange, targetOf } from "../core/exchange";
import { failureDetails } from "../core/failureDetails";
import { urlOf } from "../core/functions";
import type { Outgoing } from "../core/outgoing";
import type { FromResponse, ResponseAction, ToResponse } from "../core/panel";
import { PartBatches } from "../core/partBatches";
import {
  type FunctionInfo,
  type RequestDetail,
  SENDING,
  SENT,
  ServerCommand,
} from "../core/protocol";
import { Received } from "../core/received";
import { MOST_HOPS, redirected } from "../core/redirect";
import type { ResponseHead } from "../core/response";
import { shownDelivery } from "./deliveries";
import { RecordedResponse } from "./recordedResponse";
import { encodeDraft } from "./requestEncoder";
import type { PanelParts } from "./requestPanel";
import { responseActions, showPlace } from "./responseActions";
import { ShownResponse } from "./shownResponse";

export class RequestSender implements Disposable {
  private running: Exchange | undefined;
  private draft: Draft | undefined;
  private readonly shown: ShownResponse;
  /** Called when the response is complete, or will never be. */
  private settle: () => void = () => undefined;
  private readonly recorded: RecordedResponse;
  private readonly actions: Record<ResponseAction, () => Promise<void>>;
  private readonly subscription: Disposable;

  constructor(
    private readonly id: string,
    private readonly parts: PanelParts,
    tell: (message: ToResponse) => Promise<void>,
    private readonly onSent: () => Promise<void>,
  ) {
    this.shown = new ShownResponse(tell);
    this.recorded = new RecordedResponse(id, parts, this.shown);
    this.actions = {
      cancel: () => this.cancel(),
      ...responseActions(() => this.fn(), parts.documents, this.shown),
      follow: () => this.follow(),
      debugRequest: () => this.debugRequest(),
      replayRequest: () => this.recorded.replay(),
      copyRequest: () => this.recorded.copy(),
      showFailure: () => (this.failed ? showPlace(this.failed) : this.recorded.showFrame()),
    };
    this.subscription = Disposable.from(
      parts.failures.onDidFail(() => void this.tellWhyItFailed()),
      parts.history.onDidRecord(() => void this.tellRecorded()),
    );
  }

  async receive(message: FromResponse): Promise<void> {
    try {
      if (message.kind === "frame") await this.recorded.showFrame(message.index);
      else if (message.kind === "openRecorded") await this.recorded.showOther(message.request);
      else await this.actions[message.kind]();
    } catch (error) {
      void window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  }

  /** Show the last response, or that there is none. */
  tellAgain(): Promise<void> {
    return this.shown.again();
  }

  /** Show a recorded request with its response. */
  async showRecorded(detail: RequestDetail): Promise<void> {
    this.hangUp();
    await this.recorded.show(detail);
  }

  /** Send a request; return when its response is complete. */
  async send(draft: Draft): Promise<void> {
    const fn = this.fn();
    if (!fn) return;
    await this.begin([]);
    const { requests, server, store } = this.parts;
    if (store.current.runner.state !== "running") {
      // The command shows its own errors.
      await commands.executeCommand(ServerCommand.run, { id: fn.id });
    }
    const url = urlOf(store.current, fn);
    if (!url) {
      await this.note({ kind: "failure", message: "The function is not running." });
      return;
    }
    this.draft = draft;
    const request = await this.encoded(draft);
    if (!request) return;
    const isRepeated = draft.kind === "event" && draft.event?.way;
    if (!isRepeated) await server.client?.sendNotification(SENDING, callOf(this.id, request));
    const ended = isRepeated
      ? this.deliver(url, draft, request)
      : this.exchange(url, request, [], false);
    await requests.add(fn.id, draft);
    await this.onSent();
    await ended;
  }

  dispose(): void {
    this.hangUp();
    this.subscription.dispose();
    this.shown.take(undefined);
  }

  private cancel(): Promise<void> {
    this.hangUp();
    return this.note({ kind: "failure", message: "Canceled before the response was complete." });
  }

  /** Follow redirects of the runner's functions, one hop after the other. */
  private async follow(): Promise<void> {
    const { received } = this.shown;
    const target = received?.redirect;
    if (!received || !target) return;
    const hops: string[] = [];
    await this.begin(hops);
    await this.hop(received, target, hops);
  }

  private async hop(received: Received, target: URL, hops: string[]): Promise<void> {
    const { draft, head, requested } = received;
    const next = redirected(draft, head.status, target);
    const from = new URL(requested);
    hops.push(`${head.status} ${head.reason} · ${draft.method} ${from.pathname} → ${target.href}`);
    await this.note({ kind: "sending", hops });
    if (target.origin !== from.origin) {
      const message = "The redirect leads to another server, which Funclens does not call.";
      await this.finish({ kind: "failure", message });
      return;
    }
    await this.exchange(`${target.origin}${target.pathname}`, next, hops, true);
  }

  private async debugRequest(): Promise<void> {
    if (this.recorded.request) return this.recorded.debug();
    const { draft } = this;
    const answer = draft && (await commands.executeCommand(ServerCommand.debug, { id: this.id }));
    if (!answer) return;
    await this.parts.debugging.stopWhereItFails(answer, () => this.send(draft));
  }

  private async begin(hops: readonly string[]): Promise<void> {
    this.running?.cancel();
    this.settle();
    this.recorded.forget();
    await this.shown.begin(hops);
  }

  /** Deliver an event several times, and show the last response. */
  private async deliver(url: string, draft: Draft, request: Outgoing): Promise<void> {
    const going = this.parts.deliveries.begin(this.id, draft, (delivery) => {
      void this.note({ kind: "delivery", ...deliveryLine(delivery) });
    });
    this.running = going;
    const isCurrent = () => this.running === going;
    const end = await shownDelivery(going.done, this.shown, url, request, isCurrent);
    if (end) await this.finish(end);
  }

  private exchange(
    url: string,
    request: Outgoing,
    hops: string[],
    following: boolean,
  ): Promise<void> {
    let arriving: Promise<Received> | undefined;
    const current = async () => {
      const received = await arriving;
      return received === this.shown.received ? received : undefined;
    };
    const batches = new PartBatches(async (text, bytes) => {
      if (await current()) await this.note({ kind: "part", text, bytes });
    });
    const ended = new Promise<void>((resolve) => {
      this.settle = resolve;
    });
    this.running = exchange(
      url,
      request,
      {
        onHead: (head) => {
          arriving = this.takeHead(targetOf(url, request), request, head);
        },
        onPart: async (part) => {
          const received = await current();
          if (!received) return;
          const { body } = received;
          const isFirst = body.bytes === 0;
          const text = await received.take(part);
          if (isFirst && body.format !== "text") await this.tellHead(received);
          batches.add(text, body.bytes);
        },
        onEnd: async (seconds) => {
          const received = await current();
          if (!received) return;
          const target = received.redirect;
          if (following && target && hops.length < MOST_HOPS) {
            await this.hop(received, target, hops);
            return;
          }
          batches.add(received.body.end(), received.body.bytes);
          await batches.flush();
          const comparable = this.shown.before !== undefined;
          await this.finish({ kind: "end", end: await received.end(seconds, comparable) });
        },
        onFailure: async (message) => {
          await arriving;
          await batches.flush();
          await this.finish({ kind: "failure", message });
        },
      },
      performance.now.bind(performance),
    );
    return ended;
  }

  /** Return the request for a draft; say what is wrong with it. */
  private async encoded(draft: Draft): Promise<Outgoing | undefined> {
    try {
      return await encodeDraft(this.parts.server, this.id, draft);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await this.note({ kind: "failure", message });
      return undefined;
    }
  }

  private async takeHead(
    requested: string,
    request: Outgoing,
    head: ResponseHead,
  ): Promise<Received> {
    const received = await Received.create(requested, request, head);
    this.shown.take(received);
    await this.tellHead(received);
    return received;
  }

  /** Tell head and format; the format is known with the first bytes. */
  private async tellHead({ head, body }: Received): Promise<void> {
    await this.note({ kind: "head", head, format: body.format });
    await this.tellWhyItFailed();
    await this.tellRecorded();
  }

  private async finish(message: ToResponse): Promise<void> {
    this.running = undefined;
    void this.parts.server.client?.sendNotification(SENT, { id: this.id });
    await this.note(message);
    this.settle();
  }

  private hangUp(): void {
    if (!this.running) return;
    this.running.cancel();
    this.running = undefined;
    this.settle();
    void this.parts.server.client?.sendNotification(SENT, { id: this.id });
  }

  private async tellWhyItFailed(): Promise<void> {
    const { failed } = this;
    if (!failed || this.shown.has("details")) return;
    await this.note({ kind: "details", details: failureDetails(failed) });
  }

  /** Add what the runner has recorded, once it has. */
  private async tellRecorded(): Promise<void> {
    const request = this.parts.history.at(this.shown.received?.head.port ?? 0);
    if (!request) return;
    if (this.draft) await this.parts.requests.link(request, this.draft);
    await this.recorded.attach(request);
  }

  private get failed() {
    return this.parts.failures.at(this.shown.received?.head.port ?? 0);
  }

  private fn(): FunctionInfo | undefined {
    return this.parts.store.current.functions.find((fn) => fn.id === this.id);
  }

  private note(message: ToResponse): Promise<void> {
    return this.shown.note(message);
  }
}
