// Elements, texts and clipboard. All text of others passes through `make`.

/** Characters that act instead of being shown: controls, marks of direction. */
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const HARMLESS = "\n\t\u200c\u200d";

/** Escape what doesn't print, as the runner does for terminal and page.
 * @param {string} text */
function printable(text) {
  return text.replace(ACTING, (found) => {
    if (HARMLESS.includes(found)) return found;
    const code = found.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
    const digits = code.toString(16);
    if (code <= 0xff) return `\\x${digits.padStart(2, "0")}`;
    return code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
  });
}

/** Make an element; strings among the children become escaped text.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Record<string, string | undefined>} [attributes]
 * @param {(Node | string | null | undefined | false)[]} children
 * @returns {HTMLElementTagNameMap[T]} */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, printable(value));
  }
  for (const child of children) {
    if (child) element.append(typeof child === "string" ? printable(child) : child);
  }
  return element;
}

/** @param {string} label @param {() => unknown} act @param {Record<string, string>} [attributes] */
function makeButton(label, act, attributes = {}) {
  const button = make("button", { type: "button", class: "action", ...attributes }, label);
  button.addEventListener("click", act);
  return button;
}

/** Return an element of the page that is always there.
 * @param {string} id */
function need(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no element #${id}`);
  return element;
}

/** @param {number | null} seconds */
function duration(seconds) {
  if (seconds === null) return "…";
  if (seconds < 0.0095) return `${(seconds * 1000).toFixed(1)} ms`;
  if (seconds < 0.9995) return `${(seconds * 1000).toFixed(0)} ms`;
  return `${seconds < 99.95 ? seconds.toFixed(1) : seconds.toFixed(0)} s`;
}

/** @param {number} bytes */
function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${(bytes / 1000).toPrecision(3)} kB`;
  return `${(bytes / 1_000_000).toPrecision(3)} MB`;
}

/** @param {string} text @returns {Promise<boolean>} whether it is in the clipboard */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // pages that did not come from this machine have none
  }
}

/** Let the browser save bytes as a file, whatever they are.
 * @param {BlobPart} content @param {string} name */
function saveAs(content, name) {
  const url = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  const link = make("a", { download: name.replace(/[^\w.-]+/g, "_") });
  link.href = url;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const SAID_MS = 8_000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let saidTimer;

/** Tell screen readers and the eye what an action did.
 * @param {string} text */
function say(text) {
  clearTimeout(saidTimer);
  const said = need("requests-said");
  said.textContent = printable(text.trim());
  saidTimer = setTimeout(() => said.replaceChildren(), SAID_MS);
}
