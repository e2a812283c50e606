// The tab itself: shown by its address, #requests or #requests/ID.

function setUpRequests() {
  need("requests-filter").addEventListener("input", drawRequests);
  need("requests-function").addEventListener("change", drawRequests);
  need("requests-status").addEventListener("change", drawRequests);
  need("requests-clear").addEventListener("click", () => void clearRequests());
  need("detail-close").addEventListener("click", closeRequest);
  need("detail-replay").addEventListener("click", () => void replay(detail.id));
  need("detail-delete").addEventListener("click", () => void deleteRequests(detail.id));
  need("detail-tabs").addEventListener("keydown", pressInTabs);
  need("requests").addEventListener("keydown", pressInRequests);
  grid().addEventListener("keydown", pressInList);
  grid().addEventListener("scroll", drawInView, { passive: true });
  new ResizeObserver(drawInView).observe(grid());
  fillCopyMenu("detail-copy", () => [detail.id]);
  fillCopyMenu("requests-copy", () => list.rows.map(({ entry }) => entry.summary.id));
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (event.target instanceof Node && !menu.contains(event.target))
        menu.removeAttribute("open");
    }
  });
  addEventListener("hashchange", showByAddress);
  showByAddress();
}

/** Show the tab that the address names. Functions have their ids as addresses. */
function showByAddress() {
  const [tab, part] = location.hash.slice(1).split("/");
  const isRequests = tab === "requests";
  need("requests").hidden = !isRequests;
  need("functions").hidden = isRequests;
  document.body.classList.toggle("wide", isRequests);
  for (const link of document.querySelectorAll("nav.tabs a")) {
    const isCurrent = (link.getAttribute("href") === "#requests") === isRequests;
    if (isCurrent) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (!isRequests) {
    leaveRequests();
    return;
  }
  if (!store.stream && !document.hidden) followRequests();
  drawRequests();
  const id = decoded(part ?? "");
  if (id) {
    activate(id);
    void showDetail(id);
  } else if (!need("requests-detail").hidden) closeDetail();
}

/** @param {string} text of an address, which anybody can write */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
