// Which request is chosen, by mouse, keyboard and address; and what is filtered.

/** @returns {HTMLInputElement} */
const filterField = () => /** @type {HTMLInputElement} */ (need("requests-filter"));
/** @returns {HTMLSelectElement} */
const functionField = () => /** @type {HTMLSelectElement} */ (need("requests-function"));
/** @returns {HTMLSelectElement} */
const statusField = () => /** @type {HTMLSelectElement} */ (need("requests-status"));

/** What the fields say together.
 * @returns {Filter} */
function chosenFilter() {
  const filter = filterOf(filterField().value);
  const status = statusField().value;
  return {
    ...filter,
    function: filter.function || functionField().value.toLowerCase(),
    failed: filter.failed || status === "failed",
    status: filter.status || (status === "failed" ? "" : status),
  };
}

/** Offer the functions that were called.
 * @param {Entry[]} entries */
function drawFunctions(entries) {
  const field = functionField();
  const names = [...new Set(entries.map(({ summary }) => summary.function))].sort();
  const shown = [...field.options].slice(1).map(({ value }) => value);
  if (field.value && !names.includes(field.value)) names.push(field.value);
  if (names.join("\n") === shown.join("\n")) return;
  const { value } = field;
  const options = names.map((name) => {
    const option = make("option", {}, name);
    option.value = name;
    return option;
  });
  field.replaceChildren(...[...field.options].slice(0, 1), ...options);
  field.value = value;
}

/** Choose a request and show its detail.
 * @param {string} id */
function chooseRequest(id) {
  activate(id);
  history.replaceState(null, "", `#requests/${encodeURIComponent(id)}`);
  void showDetail(id);
}

/** Make a request the active row, and scroll it into view.
 * @param {string} id */
function activate(id) {
  list.active = id;
  const at = list.rows.findIndex(({ entry }) => entry.summary.id === id);
  if (at >= 0) {
    const height = rowHeight();
    const { scrollTop, clientHeight } = grid();
    if (at * height < scrollTop) grid().scrollTop = at * height;
    else if ((at + 1) * height > scrollTop + clientHeight) {
      grid().scrollTop = (at + 1) * height - clientHeight;
    }
  }
  drawInView();
}

function closeRequest() {
  closeDetail();
  history.replaceState(null, "", "#requests");
  grid().focus();
}

/** @param {KeyboardEvent} event */
function pressInList(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = list.rows.findIndex(({ entry }) => entry.summary.id === list.active);
  const page = Math.max(1, Math.floor(grid().clientHeight / rowHeight()) - 1);
  /** @type {Record<string, number>} */
  const targets = {
    ArrowDown: at + 1,
    ArrowUp: at < 0 ? 0 : at - 1,
    PageDown: Math.max(at, 0) + page,
    PageUp: at - page,
    Home: 0,
    End: list.rows.length - 1,
  };
  const target = targets[event.key];
  const isOpen = !need("requests-detail").hidden;
  if (target !== undefined && list.rows.length) {
    event.preventDefault();
    const row = list.rows[Math.min(Math.max(target, 0), list.rows.length - 1)];
    if (!row) return;
    if (isOpen) chooseRequest(row.entry.summary.id);
    else activate(row.entry.summary.id);
  } else if ((event.key === "Enter" || event.key === " ") && at >= 0) {
    event.preventDefault();
    chooseRequest(list.active);
    if (event.key === "Enter") need("requests-detail").focus();
  }
}

/** @param {KeyboardEvent} event */
function pressInRequests(event) {
  const { target } = event;
  const isTyping = target instanceof Element && target.matches("input, select, textarea");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    filterField().focus();
    filterField().select();
  } else if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu instanceof HTMLDetailsElement) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    } else if (target === filterField() && filterField().value) {
      filterField().value = "";
      drawRequests();
    } else if (target === filterField()) grid().focus();
    else if (!need("requests-detail").hidden) closeRequest();
  } else if (event.key === "ArrowDown" && target === filterField()) {
    event.preventDefault();
    grid().focus();
    if (!list.active && list.rows[0]) activate(list.rows[0].entry.summary.id);
  }
}
