/** Messages between the request panel and the extension, and the panel's page. */

import type { Draft, ResponseHead } from "./draft";
import type { SampleType } from "./protocol";

/** A saved request of the workspace. */
export interface Saved {
  readonly name: string;
  readonly draft: Draft;
}

/** From the extension to the panel. */
export type ToPanel =
  | {
      readonly kind: "function";
      readonly id: string;
      readonly title: string;
      readonly url: string;
      readonly running: boolean;
      readonly types: readonly SampleType[];
      readonly fitting: string;
      readonly history: readonly Draft[];
      readonly saved: readonly Saved[];
    }
  | {
      readonly kind: "draft";
      readonly draft: Draft;
      readonly advice: string;
      /** A suggestion: it doesn't replace what the user has typed. */
      readonly proposed: boolean;
    }
  | { readonly kind: "sending" }
  | { readonly kind: "head"; readonly head: ResponseHead }
  | { readonly kind: "part"; readonly text: string; readonly bytes: number }
  | { readonly kind: "end"; readonly seconds: number }
  | { readonly kind: "failure"; readonly message: string };

/** From the panel to the extension. */
export type FromPanel =
  | { readonly kind: "ready"; readonly draft: Draft | undefined }
  | { readonly kind: "send"; readonly draft: Draft }
  | { readonly kind: "cancel" }
  | { readonly kind: "sample"; readonly event: string; readonly mode: string }
  | { readonly kind: "save"; readonly draft: Draft }
  | { readonly kind: "curl"; readonly draft: Draft };

export interface PageParts {
  readonly nonce: string;
  /** Source of the extension's own files, for the content security policy. */
  readonly source: string;
  readonly script: string;
  readonly style: string;
}

/** Return the panel's page; its policy allows only its own script and style. */
export function panelPage({ nonce, source, script, style }: PageParts): string {
  const policy = `default-src 'none'; style-src ${source}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>Send a Request</title>
</head>
<body>
<main>
<h1 id="title">Send a Request</h1>
<form id="request" aria-label="Request">
  <div class="line">
    <label class="hidden" for="method">Method</label>
    <input id="method" list="methods" spellcheck="false" autocapitalize="characters">
    <datalist id="methods">${METHODS.map((name) => `<option value="${name}">`).join("")}</datalist>
    <span id="base" class="base"></span>
    <label class="hidden" for="path">Path and query below the function</label>
    <input id="path" placeholder="/path?query" spellcheck="false">
    <button type="submit" id="send">Send</button>
    <button type="button" id="cancel" class="quiet" hidden>Stop</button>
  </div>
  <div class="line" id="events">
    <span class="together"><label for="event">Event</label> <select id="event"></select></span>
    <span class="together"><label for="mode">Form</label>
    <select id="mode">${MODES.map(([value, text]) => `<option value="${value}">${text}</option>`).join("")}</select></span>
    <button type="button" id="fill" class="quiet">Fill In</button>
  </div>
  <p id="advice" class="advice" hidden></p>
  <label for="headers">Headers</label>
  <textarea id="headers" rows="3" spellcheck="false" placeholder="Content-Type: application/json"></textarea>
  <div class="line between">
    <label for="body">Body</label>
    <button type="button" id="format" class="link">Format JSON</button>
  </div>
  <textarea id="body" rows="10" spellcheck="false"></textarea>
  <p id="problem" class="problem" role="alert"></p>
  <div class="line">
    <label for="past">Sent and saved requests</label>
    <select id="past"></select>
    <span class="together"><button type="button" id="save" class="quiet">Save for the Team…</button>
    <button type="button" id="curl" class="quiet">Copy as curl</button></span>
  </div>
</form>
<section id="answer" aria-label="Response">
  <h2 id="status" role="status" aria-live="polite">No response yet</h2>
  <details id="received" hidden><summary>Headers</summary><pre id="answer-headers" tabindex="0" aria-label="Response headers"></pre></details>
  <pre id="answer-body" tabindex="0" aria-label="Response body"></pre>
</section>
</main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

const MODES = [
  ["", "Default for this function"],
  ["binary", "CloudEvent, binary"],
  ["structured", "CloudEvent, structured"],
  ["legacy", "1st gen event"],
  ["push", "Pub/Sub push"],
] as const;
