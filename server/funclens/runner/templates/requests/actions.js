// What can be done with requests: replay, copy as, clear.

/** Formats of `Copy as`: the names are those of the route. */
const FORMATS = {
  curl: "curl",
  httpie: "HTTPie",
  python: "Python requests",
  http: ".http",
  har: "HAR",
};

/** @param {string} id */
async function replay(id) {
  say("Replaying…");
  try {
    const answer = await fetch(`${REQUESTS_URL}/${encodeURIComponent(id)}/replay`, {
      method: "POST",
    });
    const result = await answer.json();
    if (!answer.ok) throw new Error(result.error ?? `the runner answered ${answer.status}`);
    const lost = result.masked?.length
      ? ` without ${result.masked.join(", ")}, which the history file lacks`
      : "";
    say(`Replayed${lost}`);
    if (store.entries.has(result.id)) chooseRequest(result.id);
    else detail.awaited = result.id;
  } catch (error) {
    say(`Replay failed: ${error instanceof Error ? error.message : error}`);
  }
}

/** Copy requests in a format; where there is no clipboard, save them.
 * @param {string[]} ids @param {keyof typeof FORMATS} format */
async function copyAs(ids, format) {
  try {
    const query = new URLSearchParams([["as", format], ...ids.map((id) => ["id", id])]);
    const answer = await fetch(`${REQUESTS_URL}/export?${query}`);
    const result = await answer.json();
    if (!answer.ok) throw new Error(result.error ?? `the runner answered ${answer.status}`);
    const what =
      ids.length === 1 ? FORMATS[format] : `${ids.length} requests as ${FORMATS[format]}`;
    if (await toClipboard(result.text)) say(`Copied ${what}. ${result.advice}`);
    else {
      saveAs(result.text, `requests.${format === "python" ? "py" : format}`);
      say(`Saved ${what}: this browser gives pages of other machines no clipboard`);
    }
  } catch (error) {
    say(`Copying failed: ${error instanceof Error ? error.message : error}`);
  }
}

/** Fill the menus `Copy as`.
 * @param {string} menu @param {() => string[]} ids */
function fillCopyMenu(menu, ids) {
  const part = need(menu);
  const items = Object.entries(FORMATS).map(([format, label]) =>
    makeButton(label, () => {
      const box = part.closest("details");
      if (box) box.open = false;
      void copyAs(ids(), /** @type {keyof typeof FORMATS} */ (format));
    }),
  );
  part.replaceChildren(...items);
}

async function clearRequests() {
  const question = "Delete all requests that the runner remembers, also from its history file?";
  if (confirm(question)) await deleteRequests("");
}

/** Delete a request for everyone, or all of them; the stream tells when they are gone.
 * @param {string} id */
async function deleteRequests(id) {
  try {
    const url = id ? `${REQUESTS_URL}/${encodeURIComponent(id)}` : REQUESTS_URL;
    const answer = await fetch(url, { method: "DELETE" });
    if (answer.ok) return;
    const result = await answer.json();
    throw new Error(result.error ?? `the runner answered ${answer.status}`);
  } catch (error) {
    say(`Deleting failed: ${error instanceof Error ? error.message : error}`);
  }
}
