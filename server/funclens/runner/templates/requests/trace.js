// Where the time of one request went, and the requests of its trace.

/** @param {Summary} summary */
function timingPart(summary) {
  const timing = timingOf(summary);
  const total = totalOf(summary);
  const words = {
    queued: "Queued: waited for a worker or a free place",
    loading: "Loading: the worker imported the module",
    function: "Function: until the response began",
    streaming: "Streaming: until the response ended",
  };
  let offset = 0;
  const rows = PHASES.map((phase) => {
    const track = make("div", { class: "track" });
    const only = { queued: 0, loading: 0, function: 0, streaming: 0, [phase]: timing[phase] };
    drawBars(track, { ...summary, timing: only }, offset, total);
    offset += timing[phase];
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, words[phase]),
      make("td", { class: "wide" }, track),
      make("td", { class: "number" }, duration(timing[phase])),
    );
  });
  const sum = make(
    "tr",
    {},
    make("th", { scope: "row" }, "Total"),
    make("td"),
    make("td", { class: "number" }, duration(total)),
  );
  return make("table", { class: "timing" }, make("tbody", {}, ...rows, sum));
}

/** An operation that a function recorded with OpenTelemetry.
 * @typedef {{trace_id: string, span_id: string, parent_id: string | null, name: string,
 *   kind: string, started_at: string, seconds: number, status: string, message?: string,
 *   service?: string, scope?: string, attributes?: Record<string, unknown>,
 *   events?: Record<string, unknown>[]}} Span */

/** A request or a span of a trace, with its place.
 * @typedef {Row & {span?: Span | undefined}} TraceRow */

/** Return the listed requests and the spans of a trace; null if there is but one.
 * @param {Detail} found @returns {TraceRow[] | null} */
function traceRows({ trace_id, spans = [] }) {
  if (!trace_id) return null;
  const entries = [...store.entries.values()].filter(
    ({ summary }) => summary.trace_id === trace_id,
  );
  const known = new Map(spans.map((span) => [`span ${span.span_id}`, span]));
  const rows = rowsOf([...entries, ...spans.map(entryOfSpan)]);
  if (rows.length < 2) return null;
  return rows.map((row) => ({ ...row, span: known.get(row.entry.summary.id) }));
}

/** @param {Span} span */
function entryOfSpan(span) {
  const { span_id, name, started_at, seconds, status, service } = span;
  return entryOf({
    ...span,
    id: `span ${span_id}`,
    function: service ?? "",
    unit: "",
    method: "",
    path: name,
    query: "",
    status: 0,
    seconds,
    received_at: started_at,
    failed: status === "error",
    origin: "span",
  });
}

/** @param {Summary} summary @param {TraceRow[]} rows */
function tracePart(summary, rows) {
  const scale = scaleOf(rows);
  const items = rows.map(({ entry, depth, offset, span }) => {
    const { id, method, status, seconds } = entry.summary;
    const track = make("div", { class: "track" });
    drawBars(track, entry.summary, offset, scale);
    const parts = span ? spanParts(span) : requestParts(entry.summary, id === summary.id);
    for (const part of parts) part.style.marginInlineStart = `${depth * 14}px`;
    return make(
      "tr",
      { class: span ? (entry.summary.failed ? "bad" : "") : kindOf(entry.summary) },
      make("td", {}, ...parts),
      make(
        "td",
        { class: "cell-status" },
        method ? `${status || "–"}` : (span?.status ?? "").replace("unset", ""),
      ),
      make("td", { class: "wide" }, track),
      make("td", { class: "number" }, duration(seconds)),
    );
  });
  const names = [
    rows.some(({ span }) => span) ? "Request or span" : "Request",
    "Status",
    "Waterfall",
    "Duration",
  ];
  const head = names.map((name) => make("th", { scope: "col" }, name));
  return make(
    "div",
    {},
    make("p", { class: "note" }, `Trace ${summary.trace_id}`),
    make(
      "table",
      { class: "timing" },
      make("thead", {}, make("tr", {}, ...head)),
      make("tbody", {}, ...items),
    ),
  );
}

/** @param {Summary} summary @param {boolean} isCurrent @returns {HTMLElement[]} */
function requestParts(summary, isCurrent) {
  const { id, method } = summary;
  const open = makeButton(`${method} ${shownPath(summary)}`, () => chooseRequest(id));
  open.className = "plain";
  if (isCurrent) open.setAttribute("aria-current", "true");
  return [open, make("div", { class: "note" }, summary.function)];
}

/** Show what a span recorded; a click opens it.
 * @param {Span} span @returns {HTMLElement[]} */
function spanParts({ name, kind, message, scope, service, attributes, events }) {
  const facts = Object.entries({ kind, service, scope, message, ...attributes });
  const rows = [...facts, ...(events ?? []).map((event) => ["event", event])]
    .filter(([, value]) => value !== "" && value !== undefined)
    .map(([key, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return make(
        "tr",
        {},
        make("th", { scope: "row" }, `${key}`),
        make("td", {}, ...valueParts(text)),
      );
    });
  return [
    make(
      "details",
      { class: "span" },
      make("summary", {}, name),
      make("table", { class: "pairs" }, make("tbody", {}, ...rows)),
    ),
  ];
}
