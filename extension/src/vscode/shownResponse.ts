/** The response that a panel shows: what has arrived, and what its page already shows. */

import type { Outgoing } from "../core/outgoing";
import type { ResponseEnd, ToResponse } from "../core/panel";
import { Received } from "../core/received";
import type { ResponseHead } from "../core/response";

/** Messages about deliveries that are kept for a page that is loaded again. */
const MOST_DELIVERIES = 500;

export class ShownResponse {
  private current: Received | undefined;
  /** Body of the response before this one, to compare with. */
  private earlier: string | undefined;
  /** Messages about the response, sent again when the page is reloaded. */
  private told: ToResponse[] = [];

  constructor(private readonly tell: (message: ToResponse) => Promise<void>) {}

  get received(): Received | undefined {
    return this.current;
  }

  get before(): string | undefined {
    return this.earlier;
  }

  /** Show the response again, or that there is none. */
  async again(): Promise<void> {
    await this.tell({ kind: "none" });
    for (const earlier of this.told) await this.tell(earlier);
  }

  /** Begin with another response. */
  async begin(hops: readonly string[]): Promise<void> {
    const { current } = this;
    if (current && !current.redirect) this.earlier = current.comparable;
    this.take(undefined);
    this.told = [];
    await this.note({ kind: "sending", hops });
  }

  /** Take over a response whose head has arrived. */
  take(received: Received | undefined): void {
    void this.current?.file.close();
    this.current = received;
  }

  /** Show a response that is there as a whole; return how it ends. */
  async takeWhole(
    url: string,
    request: Outgoing,
    head: ResponseHead,
    body: Uint8Array,
  ): Promise<ResponseEnd> {
    const received = await Received.create(url, request, head);
    this.take(received);
    const text = (await received.take(body)) + received.body.end();
    const { format, bytes } = received.body;
    await this.note({ kind: "head", head, format });
    await this.note({ kind: "part", text, bytes });
    return received.end(head.seconds, false);
  }

  has(kind: ToResponse["kind"]): boolean {
    return this.told.some((message) => message.kind === kind);
  }

  async note(message: ToResponse): Promise<void> {
    const last = this.told.at(-1);
    if (message.kind === "part" && last?.kind === "part") {
      this.told[this.told.length - 1] = { ...message, text: last.text + message.text };
    } else this.told.push(message);
    if (message.kind === "delivery" && this.told.length > MOST_DELIVERIES) {
      this.told.splice(1, this.told.length - MOST_DELIVERIES);
    }
    await this.tell(message);
  }
}
