/** The beginning of a response body as text, made while the body arrives. */

import type { Header } from "./draft";
import { hexDump } from "./hexDump";
import type { BodyFormat } from "./response";

/** Maximum bytes of a text to show; the rest is only counted. */
export const MOST_TEXT = 1_000_000;

/** Maximum bytes to show in hexadecimal; a multiple of 16. */
export const MOST_HEX = 65_536;

/** Bytes to look at for telling text and binary data apart. */
const SNIFFED = 1024;

const BINARY = /^(?:image\/(?!svg)|audio\/|video\/|font\/)|octet-stream|\bzip\b|gzip|pdf|protobuf/;
const TEXT = /^text\/|json|xml|javascript|urlencoded|yaml|csv|^message\//;

export class ShownBody {
  /** Bytes received, shown or not. */
  bytes = 0;
  /** What there is to show so far. */
  text = "";
  readonly contentType: string;
  private readonly isPacked: boolean;
  private known: BodyFormat | undefined;
  private decoder = new TextDecoder();
  /** Bytes that don't fill a line in hexadecimal yet. */
  private rest = new Uint8Array();

  constructor(headers: readonly Header[]) {
    this.contentType = (headerOf(headers, "content-type") ?? "").toLowerCase();
    this.isPacked = !["", "identity"].includes(headerOf(headers, "content-encoding") ?? "");
  }

  get format(): BodyFormat {
    return this.known ?? "text";
  }

  /** Bytes that are shown of those received. */
  get shown(): number {
    return Math.min(this.bytes, this.format === "hex" ? MOST_HEX : MOST_TEXT);
  }

  get isCut(): boolean {
    return this.shown < this.bytes;
  }

  /** Take what arrived; return the text to add to what is shown. */
  take(chunk: Uint8Array): string {
    if (!this.known) this.decide(chunk);
    const room = (this.known === "hex" ? MOST_HEX : MOST_TEXT) - this.bytes;
    this.bytes += chunk.length;
    if (room <= 0) return "";
    const part = chunk.subarray(0, room);
    return this.add(this.known === "hex" ? this.rows(part) : this.decode(part));
  }

  /** The body is over; return the last text to add. */
  end(): string {
    if (this.known === "hex") return this.add(hexDump(this.rest, this.shown - this.rest.length));
    return this.isCut ? "" : this.add(this.decoder.decode());
  }

  /** Decode more bytes of the body than are shown. */
  decodeAll(bytes: Uint8Array): string {
    return decoderFor(this.charset).decode(bytes);
  }

  private decide(first: Uint8Array): void {
    const sample = first.subarray(0, SNIFFED);
    if (this.isPacked || isBinary(this.contentType, sample)) this.known = "hex";
    else this.known = this.contentType.includes("json") ? "json" : "text";
    this.decoder = decoderFor(this.charset);
  }

  private get charset(): string {
    return /charset="?([\w-]+)/.exec(this.contentType)?.[1] ?? "utf-8";
  }

  private decode(part: Uint8Array): string {
    return this.decoder.decode(part, { stream: true });
  }

  private rows(part: Uint8Array): string {
    const all = Buffer.concat([this.rest, part]);
    const whole = all.length - (all.length % 16);
    const start = Math.min(this.bytes, MOST_HEX) - all.length;
    this.rest = Uint8Array.from(all.subarray(whole));
    return hexDump(all.subarray(0, whole), start);
  }

  private add(text: string): string {
    this.text += text;
    return text;
  }
}

/** Return the first value of a header. */
export function headerOf(headers: readonly Header[], name: string): string | undefined {
  return headers.find(([known]) => known.toLowerCase() === name)?.[1];
}

function isBinary(contentType: string, sample: Uint8Array): boolean {
  if (/charset="?utf-?(?:16|32)/.test(contentType)) return false;
  if (BINARY.test(contentType) || sample.includes(0)) return true;
  if (TEXT.test(contentType)) return false;
  const text = new TextDecoder().decode(sample);
  // A sample may end in the middle of a character.
  return text.slice(0, -1).split("\ufffd").length - 1 > text.length / 10;
}

function decoderFor(charset: string) {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
