/** Previews of HTML and images. Scripts, forms and other servers are out of reach. */

import type { ResponseEnd } from "../core/panel";
import { element } from "./page";

/** Show the preview of a body, if it has one; return whether it has. */
export function showPreview(end: ResponseEnd, text: string): boolean {
  const made = previewOf(end, text);
  element("view-preview").replaceChildren(...(made ? [made] : []));
  return made !== undefined;
}

function previewOf(end: ResponseEnd, text: string): HTMLElement | undefined {
  if (end.image) return imageOf(end.image);
  if (end.shown < end.bytes || end.format !== "text") return undefined;
  if (/^image\/svg/.test(end.contentType)) {
    return imageOf(`data:image/svg+xml,${encodeURIComponent(text)}`);
  }
  return /html/.test(end.contentType) && /<[a-z!]/i.test(text) ? pageOf(text) : undefined;
}

function imageOf(url: string): HTMLElement {
  const image = document.createElement("img");
  image.alt = "Image in the response";
  image.src = url;
  return image;
}

function pageOf(html: string): HTMLElement {
  const frame = document.createElement("iframe");
  frame.title = "Preview of the page in the response";
  frame.setAttribute("sandbox", "");
  frame.referrerPolicy = "no-referrer";
  frame.srcdoc = html;
  return frame;
}
