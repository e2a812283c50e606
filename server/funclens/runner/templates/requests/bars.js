// Bars of the waterfall.

/** @type {(keyof Timing)[]} */
const PHASES = ["queued", "loading", "function", "streaming"];

/** Return the phases of a request, in order; without timing, all of it is the function.
 * @param {Summary} summary @returns {Timing} */
function timingOf({ timing, seconds }) {
  return timing ?? { queued: 0, loading: 0, function: seconds ?? 0, streaming: 0 };
}

/** Return the seconds from the arrival of a request to the end of its response.
 * @param {Summary} summary */
function totalOf(summary) {
  const timing = timingOf(summary);
  return PHASES.reduce((sum, phase) => sum + timing[phase], 0);
}

/** @param {Summary} summary */
function timingText(summary) {
  const timing = timingOf(summary);
  const parts = PHASES.filter((phase) => timing[phase] > 0);
  return parts.map((phase) => `${phase} ${duration(timing[phase])}`).join(", ") || "no time";
}

/** Draw a request into the element of its bars.
 * @param {HTMLElement} track @param {Summary} summary
 * @param {number} offset @param {number} scale both in seconds */
function drawBars(track, summary, offset, scale) {
  const timing = timingOf(summary);
  const longest = Math.max(scale, 1e-9);
  let left = offset / longest;
  for (const [index, phase] of PHASES.entries()) {
    let bar = /** @type {HTMLElement | undefined} */ (track.children[index]);
    if (!bar) {
      bar = make("span", { class: `bar phase-${phase}` });
      track.append(bar);
    }
    const width = Math.min(timing[phase] / longest, Math.max(0, 1 - left));
    bar.hidden = !(timing[phase] > 0);
    bar.style.left = `${(Math.min(left, 1) * 100).toFixed(3)}%`;
    bar.style.width = `${(width * 100).toFixed(3)}%`;
    left += width;
  }
}
