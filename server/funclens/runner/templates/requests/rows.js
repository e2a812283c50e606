// Which requests are listed, in which order, and where their bars begin.

/** Seconds of each phase.
 * @typedef {{queued: number, loading: number, function: number, streaming: number}} Timing */
/** A request as the runner lists it.
 * @typedef {{id: string, function: string, unit: string, method: string, path: string,
 *   query: string, status: number, seconds: number | null, received_at: string,
 *   failed: boolean, origin: string, trace_id?: string | null, span_id?: string | null,
 *   parent_id?: string | null, timing?: Timing | null}} Summary */
/** `start` is in seconds since the epoch, `words` what the filter searches.
 * @typedef {{summary: Summary, start: number, words: string}} Entry */
/** `offset` is in seconds since the first request of its trace began.
 * @typedef {{entry: Entry, depth: number, offset: number}} Row */
/** @typedef {{words: string[], status: string, function: string, origin: string,
 *   failed: boolean}} Filter */

const MOST_DEPTH = 8;

/** @param {Summary} summary @returns {Entry} */
function entryOf(summary) {
  const [, whole = "", fraction = ""] = /^(.*?)(\.\d+)?Z?$/.exec(summary.received_at) ?? [];
  const start = Date.parse(`${whole}Z`) / 1000 + Number(fraction || 0);
  const { method, status, trace_id } = summary;
  const words = `${method} ${shownPath(summary)} ${summary.function} ${status} ${trace_id ?? ""}`;
  return { summary, start: Number.isFinite(start) ? start : 0, words: words.toLowerCase() };
}

/** Return the path with the route of its function, which `path` is below.
 * @param {Summary} summary */
function shownPath({ path, query, function: id }) {
  const route = document.getElementById(id)?.dataset["route"] ?? "";
  const below = route && path === "/" ? "" : path;
  return query ? `${route}${below}?${query}` : `${route}${below}`;
}

/** Read the field: words, `@failed`, `@replay`, `5xx`, `status:404`, `function:NAME`.
 * @param {string} text @returns {Filter} */
function filterOf(text) {
  /** @type {Filter} */
  const filter = { words: [], status: "", function: "", origin: "", failed: false };
  for (const word of text.toLowerCase().split(/\s+/)) {
    const status = /^(?:status:)?([1-5]xx)$|^status:(\d+)$/.exec(word);
    if (word === "@failed") filter.failed = true;
    else if (word === "@replay" || word === "@delivery") filter.origin = word.slice(1);
    else if (status) filter.status = status[1] ?? status[2] ?? "";
    else if (word.startsWith("function:")) filter.function = word.slice("function:".length);
    else if (word) filter.words.push(word);
  }
  return filter;
}

/** @param {Entry} entry @param {Filter} filter */
function isShown({ summary, words }, filter) {
  return (
    (!filter.failed || summary.failed) &&
    (!filter.origin || summary.origin === filter.origin) &&
    (!filter.function || summary.function.toLowerCase().includes(filter.function)) &&
    (!filter.status || fitsStatus(summary.status, filter.status)) &&
    filter.words.every((word) => words.includes(word))
  );
}

/** @param {number} status @param {string} wanted */
function fitsStatus(status, wanted) {
  return wanted.endsWith("xx") ? `${status}`[0] === wanted[0] : `${status}` === wanted;
}

/** Order requests: newest first, and below each one those that it caused, oldest first.
 * Ids of traces and spans come from clients: they may repeat, and lead in circles.
 * @param {Iterable<Entry>} entries @returns {Row[]} */
function rowsOf(entries) {
  const newest = [...entries].sort((one, two) => two.start - one.start);
  const { roots, children } = family(newest);
  /** @type {Row[]} */
  const rows = [];
  /** @type {Set<Entry>} */
  const placed = new Set();
  for (const root of [...roots, ...newest]) {
    /** @type {[Entry, number][]} */
    const waiting = [[root, 0]];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [entry, depth] = next;
      if (placed.has(entry)) continue;
      placed.add(entry);
      const offset = Math.max(0, entry.start - root.start);
      rows.push({ entry, depth: Math.min(depth, MOST_DEPTH), offset });
      for (const child of children.get(entry) ?? []) waiting.push([child, depth + 1]);
    }
  }
  return rows;
}

/** Return the requests without a known parent, and the children of the others.
 * A parent that isn't listed may be a span within a function: the first request of the
 * trace stands for it. Children are newest first.
 * @param {Entry[]} newest */
function family(newest) {
  /** @type {Map<string, Entry>} */
  const spans = new Map();
  /** @type {Map<string, Entry>} */
  const firsts = new Map();
  for (const entry of newest) {
    const { trace_id, span_id } = entry.summary;
    if (!trace_id) continue;
    spans.set(`${trace_id} ${span_id}`, entry);
    firsts.set(trace_id, entry);
  }
  /** @type {Map<Entry, Entry[]>} */
  const children = new Map();
  const roots = newest.filter((entry) => {
    const { trace_id, parent_id } = entry.summary;
    if (!trace_id || !parent_id) return true;
    const parent = spans.get(`${trace_id} ${parent_id}`) ?? firsts.get(trace_id);
    if (!parent || parent === entry) return true;
    const known = children.get(parent);
    if (known) known.push(entry);
    else children.set(parent, [entry]);
    return false;
  });
  return { roots, children };
}

/** Return the seconds that the width of the waterfall stands for.
 * @param {Row[]} rows */
function scaleOf(rows) {
  let longest = 0;
  for (const { entry, offset } of rows) {
    longest = Math.max(longest, offset + totalOf(entry.summary));
  }
  return longest || 1;
}
