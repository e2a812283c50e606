/** The part of the request panel that writes the request. */

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

const MODES = [
  ["", "Default for this function"],
  ["binary", "CloudEvent, binary"],
  ["structured", "CloudEvent, structured"],
  ["legacy", "1st gen event"],
  ["push", "Pub/Sub push"],
] as const;

export const FORM = `<form id="request" aria-label="Request">
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
`;
