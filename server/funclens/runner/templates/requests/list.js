// The list: rows in view only, so that 500 requests cost as much as 30.

const SPARE_ROWS = 8;

const list = {
  /** @type {Row[]} */
  rows: [],
  /** Elements of the rows in view, by id. @type {Map<string, RowElement>} */
  elements: new Map(),
  scale: 1,
  active: "",
};

/** `drawn` tells what the element shows.
 * @typedef {{element: HTMLElement, cells: HTMLElement[], drawn: string}} RowElement */

/** @returns {HTMLElement} */
const grid = () => need("requests-grid");

/** Filter, order and draw what the store has. */
function drawRequests() {
  if (need("requests").hidden) return;
  const filter = chosenFilter();
  const entries = [...store.entries.values()];
  const before = list.rows[0]?.entry.summary.id;
  const rows = rowsOf(entries.filter((entry) => isShown(entry, filter)));
  keepInView(before, rows);
  list.rows = rows;
  list.scale = scaleOf(rows);
  drawSummary(entries);
  drawFunctions(entries);
  drawInView();
}

/** Keep the rows in place that a reader has scrolled to, while others arrive above.
 * @param {string | undefined} before @param {Row[]} rows */
function keepInView(before, rows) {
  const at = rows.findIndex(({ entry }) => entry.summary.id === before);
  const canvas = need("requests-rows");
  canvas.style.height = `${Math.max(rows.length, 1) * rowHeight()}px`;
  if (at > 0 && grid().scrollTop > 0) grid().scrollTop += at * rowHeight();
}

function rowHeight() {
  return matchMedia("(pointer: coarse)").matches ? 44 : 30;
}

/** @param {Entry[]} entries */
function drawSummary(entries) {
  const { rows } = list;
  const failed = rows.filter(({ entry }) => entry.summary.failed).length;
  const all = rows.length === entries.length ? "" : ` of ${entries.length}`;
  const text = `${rows.length}${all} ${entries.length === 1 ? "request" : "requests"}`;
  need("requests-count").textContent = failed ? `${text}, ${failed} failed` : text;
  need("requests-scale").textContent = rows.length ? duration(list.scale) : "";
  const nothing = need("requests-nothing");
  nothing.hidden = rows.length > 0;
  nothing.textContent = printable(
    entries.length
      ? "No request matches the filter."
      : store.problem || "No requests yet. Call a function: its request appears here.",
  );
}

/** Draw the rows in view, and what has changed in them. */
function drawInView() {
  const height = rowHeight();
  const { scrollTop, clientHeight } = grid();
  const first = Math.max(0, Math.floor(scrollTop / height) - SPARE_ROWS);
  const last = Math.min(
    list.rows.length,
    Math.ceil((scrollTop + clientHeight) / height) + SPARE_ROWS,
  );
  const shown = list.rows.slice(first, last);
  const ids = new Set(shown.map(({ entry }) => entry.summary.id));
  for (const [id, { element }] of list.elements) {
    if (ids.has(id)) continue;
    element.remove();
    list.elements.delete(id);
  }
  for (const [index, row] of shown.entries()) drawRow(row, first + index, height);
  grid().setAttribute("aria-rowcount", `${list.rows.length + 1}`);
  const active = list.elements.get(list.active)?.element.id;
  if (active) grid().setAttribute("aria-activedescendant", active);
  else grid().removeAttribute("aria-activedescendant");
}

/** @param {Row} row @param {number} index @param {number} height in pixels */
function drawRow(row, index, height) {
  const { summary } = row.entry;
  let known = list.elements.get(summary.id);
  if (!known) {
    known = makeRow(summary.id);
    list.elements.set(summary.id, known);
    need("requests-rows").append(known.element);
  }
  const { element } = known;
  element.style.transform = `translateY(${index * height}px)`;
  element.setAttribute("aria-rowindex", `${index + 2}`);
  element.setAttribute("aria-selected", `${summary.id === list.active}`);
  const drawn = `${row.depth} ${row.offset} ${list.scale} ${summary.seconds} ${summary.status}`;
  if (drawn === known.drawn) return;
  known.drawn = drawn;
  fillRow(known, row);
}

/** @param {string} id @returns {RowElement} */
function makeRow(id) {
  const names = ["status", "method", "path", "function", "time", "duration", "waterfall"];
  const cells = names.map((name) => make("div", { role: "gridcell", class: `cell cell-${name}` }));
  const element = make("div", { role: "row", class: "request" }, ...cells);
  element.id = `request-${encodeURIComponent(id)}`;
  element.addEventListener("click", () => chooseRequest(id));
  return { element, cells, drawn: "" };
}

/** @param {RowElement} known @param {Row} row */
function fillRow({ element, cells }, { entry, depth, offset }) {
  const { summary } = entry;
  const [status, method, path, name, time, seconds, waterfall] = cells;
  if (!status || !method || !path || !name || !time || !seconds || !waterfall) return;
  const kind = kindOf(summary);
  element.className = `request ${kind}`;
  status.textContent = summary.seconds === null ? "…" : `${summary.status || "–"}`;
  if (!summary.status && summary.seconds !== null) status.title = "No response";
  method.textContent = printable(summary.method);
  path.replaceChildren(...pathParts(summary, depth));
  path.style.paddingInlineStart = `${8 + depth * 14}px`;
  path.title = printable(shownPath(summary));
  name.textContent = printable(summary.function);
  name.title = printable(summary.function);
  time.textContent = new Date(entry.start * 1000).toLocaleTimeString([], { hour12: false });
  seconds.textContent = duration(summary.seconds);
  waterfall.title = timingText(summary);
  waterfall.setAttribute("aria-label", timingText(summary));
  let track = /** @type {HTMLElement | null} */ (waterfall.firstElementChild);
  if (!track) {
    track = make("div", { class: "track" });
    waterfall.append(track);
  }
  drawBars(track, summary, offset, list.scale);
}

/** @param {Summary} summary @param {number} depth */
function pathParts(summary, depth) {
  /** @type {(Node | string)[]} */
  const parts = [make("span", { class: "text" }, shownPath(summary))];
  if (depth) {
    parts.unshift(
      make("span", { class: "branch" }, "↳"),
      make("span", { class: "unseen" }, "caused: "),
    );
  }
  if (summary.origin === "replay") parts.push(make("span", { class: "origin" }, "replay"));
  if (summary.origin === "delivery") parts.push(make("span", { class: "origin" }, "event"));
  return parts;
}

/** @param {Summary} summary */
function kindOf({ failed, status, seconds }) {
  if (seconds === null) return "running";
  if (failed) return "bad";
  return status >= 400 ? "odd" : "good";
}
