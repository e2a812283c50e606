/** The part of the request panel that shows the response. */

const TABS = [
  ["body", "Body"],
  ["preview", "Preview"],
  ["headers", "Headers"],
  ["log", "Log"],
  ["exception", "Exception"],
  ["timing", "Timing"],
  ["received", "Request"],
] as const;

const ACTIONS = [
  ["copyResponse", "Copy"],
  ["saveResponse", "Save…"],
  ["openResponse", "Open in Editor"],
  ["compare", "Compare with Previous"],
] as const;

export const RESPONSE = `<section id="answer" aria-label="Response">
  <h2 id="status" role="status" aria-live="polite">No response yet</h2>
  <p id="recorded" class="line recorded" hidden><span id="recorded-title" class="base"></span>
  <button type="button" id="replayRequest" class="link">Replay</button>
  <button type="button" id="copyRequest" class="link">Copy Request As…</button></p>
  <ol id="hops" class="hops" aria-label="Redirects" hidden></ol>
  <ol id="deliveries" class="deliveries" aria-label="Deliveries" hidden></ol>
  <div id="failure" class="box" role="group" aria-label="Failure" hidden>
    <p id="failure-error" class="error"></p>
    <p class="line"><button type="button" id="debugRequest">Debug This Request</button>
    <button type="button" id="showFailure" class="link"></button></p>
  </div>
  <p id="redirect" class="box line" hidden><span id="redirect-target" class="base"></span>
  <button type="button" id="follow" class="quiet">Follow Redirect</button></p>
  <p id="notice" class="notice" hidden></p>
  <div id="viewer" hidden>
    <div class="line tabs"><div role="tablist" aria-label="Parts of the response">${TABS.map(
      ([id, title]) =>
        `<button type="button" role="tab" id="tab-${id}" aria-controls="view-${id}">${title}</button>`,
    ).join("")}</div>
    <div id="response-actions" class="line">${ACTIONS.map(
      ([id, title]) => `<button type="button" id="${id}" class="link">${title}</button>`,
    ).join("")}</div></div>
    <div id="view-body" role="tabpanel" aria-label="Body of the response"></div>
    <div id="view-preview" role="tabpanel" aria-label="Preview of the response" tabindex="0" hidden></div>
    <div id="view-headers" role="tabpanel" aria-label="Headers of the response" hidden><pre id="answer-headers" tabindex="0" aria-label="Response headers"></pre></div>
    <div id="view-log" role="tabpanel" aria-label="Log of the request" hidden><pre id="answer-log" tabindex="0" aria-label="Lines that the request printed"></pre></div>
    <div id="view-exception" role="tabpanel" aria-label="Exception" hidden></div>
    <div id="view-timing" role="tabpanel" aria-label="Timing and trace of the request" tabindex="0" hidden></div>
    <div id="view-received" role="tabpanel" aria-label="Request as it was received" hidden><pre id="received" tabindex="0" aria-label="Received request"></pre></div>
  </div>
</section>
`;
