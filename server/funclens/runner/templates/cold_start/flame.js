// Flame chart of a cold start: which imports a new process waits for.

/** Seconds with and without what a module imports; `parent` imported it first.
 * @typedef {{name: string, self_seconds: number, cumulative_seconds: number,
 *   parent: string | null, is_own?: boolean}} ModuleTime */
/** @typedef {{seconds: number, modules: ModuleTime[]}} ColdStart */
/** A module with its place: `start` in seconds, `depth` in rows.
 * @typedef {{module: ModuleTime, start: number, depth: number, parent: FlameBar | null}} FlameBar */

const FLAME_ROW = 24;
/** Share of the width below which a bar has no name, or isn't drawn. */
const LEAST_NAMED = 0.03;
const LEAST_DRAWN = 0.001;

/** Place modules: each below the one that imported it, one after the other.
 * @param {ModuleTime[]} modules importers before what they import @returns {FlameBar[]} */
function flameBars(modules) {
  /** @type {Map<string | null, FlameBar>} */
  const known = new Map();
  /** Where the next import of a bar begins. @type {Map<FlameBar | null, number>} */
  const next = new Map();
  return modules.map((module) => {
    const parent = known.get(module.parent) ?? null;
    const start = next.get(parent) ?? parent?.start ?? 0;
    next.set(parent, start + module.cumulative_seconds);
    const bar = { module, start, depth: parent ? parent.depth + 1 : 0, parent };
    if (!known.has(module.name)) known.set(module.name, bar);
    return bar;
  });
}

/** Load and show the cold start of a unit.
 * @param {string} unit */
async function showColdStart(unit) {
  const answer = await fetch("/_funclens/functions");
  if (!answer.ok) return;
  /** @type {{runner: {units: {unit: string, cold_start?: ColdStart | null}[]}}} */
  const { runner } = await answer.json();
  const found = runner.units.find((item) => item.unit === unit)?.cold_start;
  if (!found) return;
  const dialog = /** @type {HTMLDialogElement} */ (need("cold-start"));
  need("cold-start-title").textContent = printable(`Cold start of ${unit}`);
  const bars = flameBars(found.modules);
  drawFlame(bars, null, found.seconds);
  need("cold-start-table").replaceChildren(...slowestRows(found.modules));
  if (!dialog.open) dialog.showModal();
}

/** Draw a bar with all that is below it over the whole width; null stands for all.
 * @param {FlameBar[]} bars @param {FlameBar | null} zoomed @param {number} seconds */
function drawFlame(bars, zoomed, seconds) {
  const total = zoomed ? zoomed.module.cumulative_seconds : seconds;
  const shown = bars.filter(
    (bar) =>
      (!zoomed || isWithin(bar, zoomed)) && bar.module.cumulative_seconds >= total * LEAST_DRAWN,
  );
  const top = zoomed?.depth ?? 0;
  const items = shown.map((bar, index) => {
    const { name, cumulative_seconds, self_seconds, is_own } = bar.module;
    const share = cumulative_seconds / total;
    const facts = `${name}: ${duration(cumulative_seconds)} in total, ${duration(self_seconds)} itself`;
    const item = make(
      "div",
      {
        role: "treeitem",
        class: is_own ? "flame-bar own" : "flame-bar",
        title: facts,
        "aria-label": facts,
        "aria-level": `${bar.depth - top + 1}`,
        tabindex: index ? "-1" : "0",
      },
      share >= LEAST_NAMED && `${name} ${duration(cumulative_seconds)}`,
    );
    item.style.left = `${(((bar.start - (zoomed?.start ?? 0)) / total) * 100).toFixed(3)}%`;
    item.style.width = `${(Math.min(share, 1) * 100).toFixed(3)}%`;
    item.style.top = `${(bar.depth - top) * FLAME_ROW}px`;
    item.style.setProperty(
      "--share",
      `${Math.round(30 + 70 * Math.min(1, self_seconds / seconds))}%`,
    );
    const zoom = () => {
      drawFlame(bars, bar === zoomed ? bar.parent : bar, seconds);
      /** @type {HTMLElement | null} */ (need("flame").firstElementChild)?.focus();
    };
    item.addEventListener("click", zoom);
    item.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        zoom();
      } else pressInFlame(event, shown, bar, items);
    });
    return item;
  });
  const flame = need("flame");
  flame.replaceChildren(...items);
  flame.style.height = `${(Math.max(0, ...shown.map(({ depth }) => depth - top)) + 1) * FLAME_ROW}px`;
  need("flame-facts").textContent = printable(
    zoomed
      ? `${zoomed.module.name}: ${duration(total)}. Choose it again to go back.`
      : `${duration(seconds)} in a new process. Choose a module to enlarge it.`,
  );
}

/** @param {FlameBar} bar @param {FlameBar} outer */
function isWithin(bar, outer) {
  for (let at = /** @type {FlameBar | null} */ (bar); at; at = at.parent) {
    if (at === outer) return true;
  }
  return false;
}

/** Arrows: to the importer, the first import, the neighbours.
 * @param {KeyboardEvent} event @param {FlameBar[]} shown @param {FlameBar} bar
 * @param {HTMLElement[]} items */
function pressInFlame(event, shown, bar, items) {
  const beside = shown.filter(({ parent }) => parent === bar.parent);
  const at = beside.indexOf(bar);
  /** @type {Record<string, FlameBar | null | undefined>} */
  const targets = {
    ArrowUp: bar.parent,
    ArrowDown: shown.find(({ parent }) => parent === bar),
    ArrowRight: beside[at + 1],
    ArrowLeft: beside[at - 1],
    Home: shown[0],
    End: shown.at(-1),
  };
  if (!(event.key in targets)) return;
  event.preventDefault();
  const target = targets[event.key];
  const item = target ? items[shown.indexOf(target)] : undefined;
  if (!item) return;
  for (const other of items) other.tabIndex = other === item ? 0 : -1;
  item.focus();
}

/** @param {ModuleTime[]} modules */
function slowestRows(modules) {
  const slowest = [...modules].sort((one, two) => two.self_seconds - one.self_seconds).slice(0, 10);
  return slowest.map(({ name, self_seconds, cumulative_seconds }) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, make("code", {}, name)),
      make("td", { class: "number" }, duration(self_seconds)),
      make("td", { class: "number" }, duration(cumulative_seconds)),
    ),
  );
}
