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

/** Return the listed requests of a trace; null if there is no other.
 * @param {Summary} summary */
function traceRows({ trace_id }) {
  if (!trace_id) return null;
  const entries = [...store.entries.values()];
  const rows = rowsOf(entries.filter((entry) => entry.summary.trace_id === trace_id));
  return rows.length > 1 ? rows : null;
}

/** @param {Summary} summary @param {Row[]} rows */
function tracePart(summary, rows) {
  const scale = scaleOf(rows);
  const items = rows.map(({ entry, depth, offset }) => {
    const { id, method, status } = entry.summary;
    const track = make("div", { class: "track" });
    drawBars(track, entry.summary, offset, scale);
    const open = makeButton(`${method} ${shownPath(entry.summary)}`, () => chooseRequest(id));
    open.className = "plain";
    const part = make("div", { class: "note" }, entry.summary.function);
    for (const item of [open, part]) item.style.marginInlineStart = `${depth * 14}px`;
    if (id === summary.id) open.setAttribute("aria-current", "true");
    return make(
      "tr",
      { class: kindOf(entry.summary) },
      make("td", {}, open, part),
      make("td", { class: "status" }, status ? `${status}` : "–"),
      make("td", { class: "wide" }, track),
      make("td", { class: "number" }, duration(entry.summary.seconds)),
    );
  });
  const names = ["Request", "Status", "Waterfall", "Duration"];
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
