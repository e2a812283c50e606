/** The part of the request panel that shows the response. */

export const RESPONSE = `<section id="answer" aria-label="Response">
  <h2 id="status" role="status" aria-live="polite">No response yet</h2>
  <details id="received" hidden><summary>Headers</summary><pre id="answer-headers" tabindex="0" aria-label="Response headers"></pre></details>
  <pre id="answer-body" tabindex="0" aria-label="Response body"></pre>
</section>
`;
