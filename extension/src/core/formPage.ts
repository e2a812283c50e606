/** The part of the request panel that writes the request. */

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

const KINDS = [
  ["none", "None"],
  ["json", "JSON"],
  ["form", "Form"],
  ["multipart", "Multipart"],
  ["text", "Text"],
  ["event", "Event"],
] as const;

/** Headers that are offered as you type. */
const HEADERS = [
  "Accept",
  "Accept-Encoding",
  "Accept-Language",
  "Authorization",
  "Cache-Control",
  "Content-Encoding",
  "Content-Type",
  "Cookie",
  "ETag",
  "If-Match",
  "If-Modified-Since",
  "If-None-Match",
  "Origin",
  "Range",
  "Referer",
  "User-Agent",
  "X-Api-Key",
  "X-Cloud-Trace-Context",
  "X-CloudScheduler",
  "X-CloudScheduler-JobName",
  "X-CloudTasks-QueueName",
  "X-CloudTasks-TaskName",
  "X-CloudTasks-TaskRetryCount",
  "X-Forwarded-For",
  "X-Forwarded-Proto",
  "X-Request-Id",
];

const options = (names: readonly string[]) =>
  names.map((name) => `<option value="${name}">${name}</option>`).join("");

const section = (id: string, title: string, add: string) => `<div class="section">
  <div class="between"><h2 id="${id}-title">${title}</h2>
  <button type="button" id="add-${id}" class="link">${add}</button></div>
  <div id="${id}" class="rows" role="group" aria-labelledby="${id}-title"></div>
</div>`;

const kinds = KINDS.map(
  ([value, title]) =>
    `<label><input type="radio" name="kind" value="${value}"><span>${title}</span></label>`,
).join("");

export const FORM = `<form id="request" aria-label="Request">
  <div class="line first">
    <label class="hidden" for="method">Method</label>
    <select id="method">${options(METHODS)}<option value="">Other…</option></select>
    <label class="hidden" for="other-method">Other method</label>
    <input id="other-method" spellcheck="false" placeholder="METHOD" hidden>
    <label class="hidden" for="path">Path and query below the function</label>
    <span class="address"><span id="base" class="base"></span><input id="path" placeholder="/path?query" spellcheck="false"></span>
    <button type="submit" id="send" title="Ctrl+Enter">Send</button>
    <button type="button" id="cancel" class="quiet" title="Escape" hidden>Stop</button>
  </div>
  ${section("query", "Query", "Add Parameter")}
  ${section("headers", "Headers", "Add Header")}
  <datalist id="header-names">${options(HEADERS)}</datalist>
  <div class="section">
    <fieldset class="kinds"><legend>Body</legend><div class="segments">${kinds}</div>
    <button type="button" id="format" class="link">Format JSON</button></fieldset>
    <div id="text-body">
      <label for="body" class="hidden">Body</label>
      <textarea id="body" rows="12" spellcheck="false" aria-describedby="problem"></textarea>
    </div>
    <div id="fields-body">
      <div id="fields" class="rows" role="group" aria-label="Fields"></div>
      <button type="button" id="add-field" class="link">Add Field</button>
      <button type="button" id="add-file" class="link">Add File…</button>
    </div>
    <div id="event-body">
      <div class="line">
        <span id="event-label">Event</span>
        <button type="button" id="event" class="choice" aria-labelledby="event-label event"></button>
        <span class="together"><label for="mode">Sent as</label> <select id="mode"></select></span>
      </div>
      <div class="line">
        <span class="together"><label for="way">Delivered</label> <select id="way">
          <option value="">Once</option>
          <option value="retry">Until it succeeds, by the retry policy</option>
          <option value="duplicate">Twice, to compare</option>
          <option value="shuffle">Several, out of order</option>
        </select></span>
        <span class="together" id="count-line"><label for="count" id="count-label">Events</label>
        <input id="count" type="number" min="1" max="10000" placeholder="10"></span>
      </div>
      <p id="way-note" class="notice" hidden>{{n}} in the data is the number of an event.</p>
      <div class="between"><label for="data">Data</label>
      <button type="button" id="as-request" class="link">Edit as Request</button></div>
      <textarea id="data" rows="10" spellcheck="false"></textarea>
    </div>
    <p id="problem" class="problem" role="alert"></p>
  </div>
  <div class="line past">
    <label for="past">Sent and saved requests</label>
    <select id="past"></select>
    <span class="together"><button type="button" id="save" class="quiet">Save for the Team…</button>
    <button type="button" id="curl" class="quiet">Copy as curl</button></span>
  </div>
</form>
`;
