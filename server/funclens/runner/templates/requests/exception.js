// An exception: its frames with source lines and locals, the user's own open.

/** Characters of a variable that are shown at first. */
const MOST_VALUE = 160;

/** `line` is 1-based; `locals` are of the user's frames.
 * @typedef {{file: string, line: number | null, function: string, source: string | null,
 *   is_user: boolean, locals?: Record<string, string> | null}} ExceptionFrame */
/** Frames are outermost first.
 * @typedef {{type: string, message: string, traceback: string,
 *   frames: ExceptionFrame[]}} Exception */

/** @param {Exception} exception */
function exceptionPart(exception) {
  const { type, message, traceback, frames } = exception;
  return make(
    "div",
    { class: "exception" },
    make("p", { class: "error-line" }, message ? `${type}: ${message}` : type),
    make("p", { class: "note" }, frames.length ? "Innermost call first" : "No frames were kept"),
    ...groupsOf([...frames].reverse()).map((group) => framesPart(group)),
    traceback
      ? make(
          "details",
          {},
          make("summary", {}, "Traceback"),
          makeCopy(traceback),
          make("pre", { tabindex: "0", "aria-label": "Traceback" }, make("code", {}, traceback)),
        )
      : null,
  );
}

/** Join neighbours that are both the user's, or both not.
 * @param {ExceptionFrame[]} frames */
function groupsOf(frames) {
  /** @type {ExceptionFrame[][]} */
  const groups = [];
  for (const frame of frames) {
    const last = groups.at(-1);
    if (last?.[0]?.is_user === frame.is_user) last.push(frame);
    else groups.push([frame]);
  }
  return groups;
}

/** @param {ExceptionFrame[]} group */
function framesPart(group) {
  const frames = make("ol", { class: "frames" }, ...group.map(framePart));
  if (group[0]?.is_user) return frames;
  const count = group.length === 1 ? "1 frame" : `${group.length} frames`;
  return make("details", {}, make("summary", {}, `${count} of libraries`), frames);
}

/** @param {ExceptionFrame} frame */
function framePart(frame) {
  const { file, line, source, is_user } = frame;
  const locals = Object.entries(frame.locals ?? {});
  return make(
    "li",
    { class: is_user ? "frame own" : "frame" },
    make(
      "p",
      { class: "frame-head" },
      make("strong", {}, frame.function),
      make("span", { class: "where" }, line ? `${shortFile(file)}:${line}` : shortFile(file)),
      placeLink(file, line),
    ),
    source ? make("pre", { class: "source" }, make("code", {}, source.trim())) : null,
    locals.length ? localsPart(locals) : null,
  );
}

/** @param {[string, string][]} locals */
function localsPart(locals) {
  const rows = locals.map(([name, value]) =>
    make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, ...valueParts(value))),
  );
  return make(
    "table",
    { class: "pairs" },
    make("caption", {}, "Locals"),
    make("tbody", {}, ...rows),
  );
}

/** Show the beginning of a long value, and the rest when asked.
 * @param {string} value */
function valueParts(value) {
  if (value.length <= MOST_VALUE) return [make("code", {}, value)];
  const code = make("code", {}, `${value.slice(0, MOST_VALUE)}…`);
  const more = makeButton(
    "More",
    () => {
      code.textContent = printable(value);
      more.remove();
    },
    { class: "plain" },
  );
  return [code, " ", more];
}

/** Return a link that opens a place in VS Code on this machine.
 * @param {string} file @param {number | null} line */
function placeLink(file, line) {
  if (!file.startsWith("/")) return null;
  const path = file.split("/").map(encodePart).join("/");
  const link = make("a", { class: "go-to", title: `Open ${file} in VS Code` }, "Go to");
  link.href = `vscode://file${path}${line ? `:${line}` : ""}`;
  return link;
}

/** @param {string} text file names may hold bytes that aren't text */
function encodePart(text) {
  try {
    return encodeURIComponent(text);
  } catch {
    return "";
  }
}

/** Leave out the workspace folder.
 * @param {string} file */
function shortFile(file) {
  const folders = (need("requests").dataset["folders"] ?? "").split("\n");
  const folder = folders.find((item) => item && file.startsWith(`${item}/`));
  return folder ? file.slice(folder.length + 1) : file;
}
