/** What to know about a body beside its text. */

import { jsonError } from "./json";
import type { ResponseEnd } from "./panel";
import { sizeText } from "./response";

/** Return the sentences for a body of which `text` is shown. */
export function noticeOf(end: ResponseEnd, text: string): string {
  const { bytes, shown, format, contentType } = end;
  const sentences: string[] = [];
  if (bytes === 0) sentences.push("The body is empty.");
  if (format === "hex") sentences.push(`Binary data${contentType ? ` (${contentType})` : ""}.`);
  if (shown < bytes) {
    sentences.push(`Only the first ${sizeText(shown)} of ${sizeText(bytes)} are shown.`);
  } else if (format === "json" && bytes > 0) {
    const error = jsonError(text);
    if (error) sentences.push(`The body is not valid JSON: ${error}`);
  }
  if (format !== "hex" && text.includes("\ufffd")) {
    sentences.push("Bytes that are no valid text are shown as \ufffd.");
  }
  return sentences.join(" ");
}
