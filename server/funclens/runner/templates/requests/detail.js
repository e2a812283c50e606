// The detail of one request, with a tab for each part of it.

/** @typedef {Summary & {request: (Message & {target?: string}) | null, response: (Message & {status: number}) | null,
 *   output: string[], exception: Exception | null, replay_of?: string | null,
 *   delivery?: {source: string, event_id: string, attempt: number, result: string} | null,
 *   spans?: Span[],
 * }} Detail */

/** @typedef {{name: string, label: string, render: () => Node}} DetailTab */

const detail = {
  id: "",
  /** The tab that was chosen last. */
  tab: "",
  /** @type {AbortController | undefined} */
  loading: undefined,
  /** A replay that is on its way: shown once it is listed. */
  awaited: "",
};

/** Load and show a request.
 * @param {string} id */
async function showDetail(id) {
  detail.loading?.abort();
  const loading = new AbortController();
  Object.assign(detail, { id, loading, awaited: "" });
  need("requests-detail").hidden = false;
  need("requests").classList.add("has-detail");
  drawInView();
  try {
    const answer = await fetch(`${REQUESTS_URL}/${encodeURIComponent(id)}`, {
      headers: { Accept: "application/json" },
      signal: loading.signal,
    });
    if (answer.status === 404) throw new Error("This request is no longer kept.");
    if (!answer.ok) throw new Error(`The runner answered ${answer.status}.`);
    drawDetail(await answer.json());
  } catch (error) {
    if (loading.signal.aborted) return;
    need("detail-title").textContent = "Request";
    const text = error instanceof Error ? error.message : `${error}`;
    need("detail-content").replaceChildren(make("p", { class: "note" }, text));
    need("detail-tabs").replaceChildren();
    need("detail-facts").replaceChildren();
  }
}

function closeDetail() {
  detail.loading?.abort();
  Object.assign(detail, { id: "", awaited: "" });
  need("requests-detail").hidden = true;
  need("requests").classList.remove("has-detail");
  drawInView();
}

/** Show what was awaited, and a request that was running when it was opened.
 * @param {string} id */
function requestArrived(id) {
  if (id !== detail.awaited && id !== detail.id) return;
  if (id === detail.awaited) chooseRequest(id);
  else void showDetail(id);
}

/** @param {Detail} found */
function drawDetail(found) {
  need("detail-title").textContent = printable(
    `${found.method} ${found.request?.target ?? shownPath(found)}`,
  );
  need("detail-facts").replaceChildren(...factsOf(found));
  const tabs = tabsOf(found);
  const usual = found.exception ? "exception" : "response";
  const chosen =
    tabs.find(({ name }) => name === detail.tab) ?? tabs.find(({ name }) => name === usual);
  need("detail-tabs").replaceChildren(
    ...tabs.map((tab) => {
      const button = makeButton(tab.label, () => {
        detail.tab = tab.name;
        openTab(tab);
      });
      button.className = "tab";
      button.id = `tab-${tab.name}`;
      button.setAttribute("role", "tab");
      button.setAttribute("aria-controls", "detail-content");
      return button;
    }),
  );
  if (chosen) openTab(chosen);
}

/** @param {Detail} found @returns {Node[]} */
function factsOf(found) {
  const kind = kindOf(found);
  const status =
    found.seconds === null ? "Running" : found.status ? `${found.status}` : "No response";
  const facts = [
    `in ${duration(found.seconds)}`,
    found.function,
    new Date(entryOf(found).start * 1000).toLocaleString(),
  ];
  if (found.delivery) {
    const { source, attempt, result } = found.delivery;
    facts.push(`event of ${source}, attempt ${attempt}, ${result}`);
  }
  const parts = [
    make("strong", { class: `status ${kind}` }, status),
    make("span", {}, facts.join(" · ")),
  ];
  const { replay_of } = found;
  if (replay_of) {
    const original = makeButton("Original", () => chooseRequest(replay_of), { class: "plain" });
    parts.push(make("span", {}, "replay of the ", original));
  }
  return parts;
}

/** @param {Detail} found @returns {DetailTab[]} */
function tabsOf(found) {
  const { request, response, exception, output } = found;
  const rows = traceRows(found);
  const name = found.function.replaceAll(".", "-");
  /** @type {(DetailTab | false | null)[]} */
  const tabs = [
    exception && { name: "exception", label: "Exception", render: () => exceptionPart(exception) },
    {
      name: "request",
      label: "Request",
      render: () =>
        request
          ? messagePart(request, `${name}-request`)
          : make("p", { class: "note" }, "The request was not kept."),
    },
    {
      name: "response",
      label: "Response",
      render: () =>
        response
          ? messagePart(response, `${name}-response`)
          : make("p", { class: "note" }, "There was no response."),
    },
    {
      name: "logs",
      label: output.length ? `Logs ${output.length}` : "Logs",
      render: () => logsPart(output),
    },
    { name: "timing", label: "Timing", render: () => timingPart(found) },
    rows && { name: "trace", label: `Trace ${rows.length}`, render: () => tracePart(found, rows) },
  ];
  return tabs.filter((tab) => !!tab);
}

/** @param {DetailTab} tab */
function openTab(tab) {
  for (const button of need("detail-tabs").querySelectorAll("button")) {
    const isChosen = button.id === `tab-${tab.name}`;
    button.setAttribute("aria-selected", `${isChosen}`);
    button.tabIndex = isChosen ? 0 : -1;
  }
  const content = need("detail-content");
  content.setAttribute("aria-labelledby", `tab-${tab.name}`);
  content.replaceChildren(tab.render());
  content.scrollTop = 0;
}

/** Arrows walk through the tabs.
 * @param {KeyboardEvent} event */
function pressInTabs(event) {
  /** @type {Record<string, number>} */
  const steps = { ArrowRight: 1, ArrowLeft: -1 };
  const step = steps[event.key];
  const tabs = [...need("detail-tabs").querySelectorAll("button")];
  const at = tabs.findIndex((tab) => tab.matches(":focus"));
  const target = step && at >= 0 ? tabs[(at + step + tabs.length) % tabs.length] : undefined;
  if (!target) return;
  event.preventDefault();
  target.click();
  target.focus();
}

/** @param {Message} message @param {string} name of the file, if the body is saved */
function messagePart(message, name) {
  const rows = message.headers.map(([key, value]) =>
    make("tr", {}, make("th", { scope: "row" }, key), make("td", {}, make("code", {}, value))),
  );
  return make(
    "div",
    {},
    bodyPart(message, name),
    make("table", { class: "pairs" }, make("caption", {}, "Headers"), make("tbody", {}, ...rows)),
  );
}

/** @param {string[]} output */
function logsPart(output) {
  if (!output.length) return make("p", { class: "note" }, "This request printed nothing.");
  const code = make("code", {}, output.join("\n"));
  return make("pre", { class: "logs", tabindex: "0", "aria-label": "Logs" }, code);
}
