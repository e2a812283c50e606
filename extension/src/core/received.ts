/** One response: what was asked, and what has arrived of it. */

import { imageUrl, isImage, MOST_IMAGE_BYTES } from "./imagePreview";
import { formatJson } from "./json";
import type { Outgoing } from "./outgoing";
import type { ResponseEnd } from "./panel";
import { redirectTarget } from "./redirect";
import type { ResponseHead } from "./response";
import { ResponseFile } from "./responseFile";
import { ShownBody } from "./shownBody";

export class Received {
  readonly body: ShownBody;

  private constructor(
    readonly requested: string,
    readonly draft: Outgoing,
    readonly head: ResponseHead,
    readonly file: ResponseFile,
  ) {
    this.body = new ShownBody(head.headers);
  }

  static async create(requested: string, draft: Outgoing, head: ResponseHead): Promise<Received> {
    return new Received(requested, draft, head, await ResponseFile.create());
  }

  /** Keep a part; return the text to add to what is shown. */
  async take(part: Uint8Array): Promise<string> {
    await this.file.add(part);
    return this.body.take(part);
  }

  /** Address of the redirect that the response is, if it is one. */
  get redirect(): URL | undefined {
    return redirectTarget(this.requested, this.head);
  }

  /** Text to compare with that of another response. */
  get comparable(): string {
    const { format, text } = this.body;
    return (format === "json" && formatJson(text)) || text;
  }

  async end(seconds: number, comparable: boolean): Promise<ResponseEnd> {
    const { body, file } = this;
    const { bytes, shown, contentType, format } = body;
    const isSmallImage = isImage(contentType) && bytes <= MOST_IMAGE_BYTES;
    return {
      seconds,
      bytes,
      shown,
      contentType,
      format,
      image: (isSmallImage && imageUrl(contentType, await file.read(bytes))) || "",
      redirect: this.redirect?.toString() ?? "",
      comparable,
    };
  }
}
