// Applies changes of the runner, copies commands, searches functions. Without it,
// the list of functions is complete, as of its last load. Runs last of all scripts.

const PATIENCE_MS = 2_000;
const root = document.documentElement;
root.classList.add("scripted");

/** @param {string} id */
const byId = (id) => document.getElementById(id);

/** @param {ParentNode} part */
function tellTimesHere(part) {
  for (const time of part.querySelectorAll("time")) {
    time.textContent = new Date(time.dateTime).toLocaleTimeString();
  }
}

/** @param {string} text @param {string} kind */
function sayLink(text, kind) {
  const link = byId("link");
  if (link && link.textContent !== text) {
    link.textContent = text;
    link.className = `link ${kind}`;
  }
}

/** Replace the content of an element, unless it is the same.
 * @param {Element} element @param {string} html */
function renew(element, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  tellTimesHere(fresh.content);
  const isOpen = element.querySelector("details")?.open ?? false;
  const details = fresh.content.querySelector("details");
  if (details) details.open = isOpen;
  if (fresh.innerHTML !== element.innerHTML) element.replaceChildren(fresh.content);
}

/** @param {Record<string, string>} parts */
function renewParts(parts) {
  for (const element of document.querySelectorAll("[data-live]")) {
    const html = parts[element.getAttribute("data-live") ?? ""];
    if (html !== undefined) renew(element, html);
  }
}

/** Reload the list, keeping the scroll position and focus. */
async function renewList() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const functions = fresh.getElementById("functions");
  const old = byId("functions");
  if (!functions || !old) return;
  functions.hidden = old.hidden;
  const sought = find()?.value ?? "";
  const hadFocus = document.activeElement === find();
  old.replaceWith(document.adoptNode(functions));
  document.title = fresh.title;
  tellTimesHere(document);
  const field = find();
  if (field) {
    field.value = sought;
    if (hadFocus) field.focus();
  }
  narrow();
}

/** @returns {HTMLInputElement | null} */
function find() {
  return document.querySelector("#find");
}

/** Show the functions that contain all words of the field. */
function narrow() {
  const words = (find()?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const item of document.querySelectorAll("li.function")) {
    const text = item.getAttribute("data-words") ?? "";
    const fits = words.every((word) => text.includes(word));
    item.toggleAttribute("hidden", !fits);
    found += Number(fits);
  }
  for (const unit of document.querySelectorAll("section.unit")) {
    unit.toggleAttribute("hidden", !unit.querySelector("li.function:not([hidden])"));
  }
  const told = byId("found");
  if (told) told.textContent = words.length ? `${found} found` : "";
}

/** @param {HTMLElement} code */
async function copy(code) {
  const range = document.createRange();
  range.selectNodeContents(code);
  getSelection()?.removeAllRanges();
  getSelection()?.addRange(range);
  try {
    await navigator.clipboard.writeText(code.textContent ?? "");
    return true;
  } catch {
    return document.execCommand("copy"); // pages that did not come from this machine
  }
}

/** @param {Element} button */
async function pressCopy(button) {
  const code = button.closest(".command")?.querySelector("code");
  const label = button.firstChild;
  if (!code || !label) return;
  label.textContent = (await copy(code)) ? "Copied" : "Selected";
  button.addEventListener(
    "blur",
    () => {
      label.textContent = "Copy";
    },
    { once: true },
  );
}

/** @type {EventSource | undefined} */
let stream;
/** @type {number | undefined} */
let retry;

function follow() {
  clearTimeout(retry);
  stream?.close();
  stream = new EventSource("/_funclens/live");
  stream.addEventListener("state", (event) => {
    const { generation, parts } = JSON.parse(event.data);
    sayLink("Live: updates automatically.", "live");
    if (generation !== undefined && byId("functions")?.dataset["generation"] !== `${generation}`) {
      void renewList();
    } else {
      renewParts(parts);
    }
  });
  stream.addEventListener("list", () => void renewList());
  stream.addEventListener("error", () => {
    stream?.close();
    sayLink(
      "The runner has stopped. Start it with funclens run; this page then reconnects.",
      "lost",
    );
    retry = setTimeout(follow, PATIENCE_MS);
  });
}

function pause() {
  clearTimeout(retry);
  stream?.close();
}

document.addEventListener("input", (event) => {
  if (event.target === find()) narrow();
});
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const button = event.target.closest("button.copy");
  if (button) void pressCopy(button);
  const start = event.target.closest("button[data-cold-start]");
  if (start) void showColdStart(start.getAttribute("data-cold-start") ?? "");
  if (event.target.id === "cold-start-close") event.target.closest("dialog")?.close();
});
document.addEventListener("visibilitychange", () => {
  // A browser has few connections for one host: a page that nobody sees takes none.
  if (document.hidden) {
    pause();
    leaveRequests();
  } else {
    follow();
    if (!need("requests").hidden) followRequests();
  }
});

tellTimesHere(document);
setUpRequests();
if (!document.hidden) follow();
