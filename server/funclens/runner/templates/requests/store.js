// The requests that the runner remembers, kept current while the tab is shown.

const REQUESTS_URL = "/_funclens/requests";
const MOST_ENTRIES = 500;
const RETRY_MS = 2_000;

const store = {
  /** By id, in the order of arrival. @type {Map<string, Entry>} */
  entries: new Map(),
  /** What the stream told since it was opened. @type {Summary[]} */
  arrived: [],
  /** @type {EventSource | undefined} */
  stream: undefined,
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  retry: undefined,
  isDrawing: false,
  /** Why the runner doesn't list requests. */
  problem: "",
};

/** @param {Summary} summary */
function remember(summary) {
  store.entries.set(summary.id, entryOf(summary));
  if (store.entries.size > MOST_ENTRIES) forgetOldest();
  drawSoon();
  requestArrived(summary.id);
}

/** Forget requests that were deleted, all of them without ids.
 * @param {string[] | null} ids */
function forget(ids) {
  const isGone = ids ? new Set(ids) : store.entries;
  store.arrived = store.arrived.filter(({ id }) => !isGone.has(id));
  if (isGone.has(detail.id) && !need("requests-detail").hidden) closeRequest();
  if (ids) for (const id of ids) store.entries.delete(id);
  else store.entries.clear();
  drawSoon();
}

function forgetOldest() {
  const [first] = store.entries.keys();
  if (first !== undefined) store.entries.delete(first);
}

/** Draw with the next frame, however many requests arrive until then. */
function drawSoon() {
  if (store.isDrawing) return;
  store.isDrawing = true;
  requestAnimationFrame(() => {
    store.isDrawing = false;
    drawRequests();
  });
}

async function loadRequests() {
  const answer = await fetch(`${REQUESTS_URL}?limit=${MOST_ENTRIES}`, {
    headers: { Accept: "application/json" },
  });
  if (!answer.ok) {
    store.problem = await refusalOf(answer);
    drawSoon();
    throw new Error(store.problem);
  }
  /** @type {{requests: Summary[], limit?: number}} */
  const { requests, limit } = await answer.json();
  store.problem = limit === 0 ? "The history is off: the setting `history` is 0." : "";
  store.entries.clear();
  for (const summary of [...requests.reverse(), ...store.arrived]) {
    store.entries.set(summary.id, entryOf(summary));
  }
  drawSoon();
}

/** @param {Response} answer */
async function refusalOf(answer) {
  const found = await answer.json().catch(() => ({}));
  return typeof found.error === "string" ? found.error : `The runner answered ${answer.status}.`;
}

function followRequests() {
  clearTimeout(store.retry);
  store.stream?.close();
  const stream = new EventSource(REQUESTS_URL);
  store.stream = stream;
  let isOpen = false;
  const again = () => {
    stream.close();
    if (store.stream !== stream) return;
    store.retry = setTimeout(followRequests, RETRY_MS);
    // A stream doesn't tell why it was refused.
    if (!isOpen) void loadRequests().catch(() => undefined);
  };
  // Listed once the stream is open: nothing is missed in between.
  stream.addEventListener("open", () => {
    store.arrived = [];
    isOpen = true;
    void loadRequests().catch(again);
  });
  stream.addEventListener("message", (event) => {
    /** @type {Summary} */
    const summary = JSON.parse(event.data);
    store.arrived.push(summary);
    if (store.arrived.length > MOST_ENTRIES) store.arrived.shift();
    remember(summary);
  });
  stream.addEventListener("removed", (event) => forget(JSON.parse(event.data).ids));
  // The browser read too slowly, and missed some.
  stream.addEventListener("dropped", () => void loadRequests().catch(again));
  stream.addEventListener("error", again);
}

function leaveRequests() {
  clearTimeout(store.retry);
  store.stream?.close();
  store.stream = undefined;
}
