/** What the runner has recorded of a request: exception, timing, trace, request. */

import type { FrameRow, RecordedView, TimingRow, TraceRow } from "../core/recordedView";
import { element, say } from "./page";
import { offerTab } from "./tabs";

/** Values of a frame to show; more are counted. */
const MOST_LOCALS = 200;

export function clearRecorded(): void {
  element("recorded").hidden = true;
  for (const name of ["exception", "timing", "received"] as const) offerTab(name, false);
}

export function showRecorded(recorded: RecordedView): void {
  element("recorded").hidden = false;
  element("recorded-title").textContent = recorded.title;
  element("received").textContent = recorded.request;
  offerTab("received", recorded.request !== "");
  element("view-timing").replaceChildren(
    timingTable(recorded.timing),
    ...(recorded.trace.length > 0 ? [traceList(recorded.trace)] : []),
  );
  offerTab("timing", true);
  element("view-exception").replaceChildren(
    made("p", "error", recorded.exception),
    ...recorded.frames.map(frameOf).reverse(), // the innermost first
  );
  offerTab("exception", recorded.frames.length > 0);
}

/** A frame; those of the user's code are open. */
function frameOf(frame: FrameRow, index: number): HTMLElement {
  const details = document.createElement("details");
  details.open = frame.isUser;
  details.className = frame.isUser ? "frame" : "frame library";
  const summary = document.createElement("summary");
  const link = document.createElement("button");
  link.type = "button";
  link.className = "link";
  link.textContent = `Go to ${frame.place}`;
  link.addEventListener("click", () => say({ kind: "frame", index }));
  summary.append(made("span", "function", `${frame.function} · ${frame.place}`));
  details.append(summary, link, made("pre", "source", frame.source));
  if (frame.locals.length > 0) details.append(localsOf(frame));
  return details;
}

function localsOf({ locals, function: name }: FrameRow): HTMLElement {
  const table = document.createElement("table");
  table.className = "locals";
  table.setAttribute("aria-label", `Variables of ${name}`);
  for (const [variable, value] of locals.slice(0, MOST_LOCALS)) {
    const row = table.insertRow();
    const head = made("th", "", variable);
    head.setAttribute("scope", "row");
    row.append(head, made("td", "", value));
  }
  const more = locals.length - MOST_LOCALS;
  if (more > 0) table.insertRow().append(made("td", "", `… ${more} more`));
  return table;
}

function timingTable(rows: readonly TimingRow[]): HTMLElement {
  const table = document.createElement("table");
  table.className = "timing";
  table.setAttribute("aria-label", "Timing");
  for (const { name, text, start, length } of rows) {
    const row = table.insertRow();
    const head = made("th", "", name);
    head.setAttribute("scope", "row");
    const bar = document.createElement("div");
    bar.className = "bar";
    bar.style.marginLeft = `${Math.min(start, 0.99) * 100}%`;
    bar.style.width = `max(1px, ${length * 100}%)`;
    const cell = document.createElement("td");
    cell.className = "bars";
    cell.append(bar);
    row.append(head, made("td", "number", text), cell);
  }
  return table;
}

function traceList(rows: readonly TraceRow[]): HTMLElement {
  const list = document.createElement("ul");
  list.className = "trace";
  list.setAttribute("aria-label", "Requests of the same trace");
  list.append(
    ...rows.map(({ id, text, depth, isShown }) => {
      const item = document.createElement("li");
      item.style.paddingLeft = `${depth * 1.5}em`;
      if (isShown) item.append(made("strong", "", text));
      else {
        const link = made("button", "link", text);
        link.addEventListener("click", () => say({ kind: "openRecorded", request: id }));
        item.append(link);
      }
      return item;
    }),
  );
  return list;
}

function made(tag: string, className: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
