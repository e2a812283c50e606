/** The response, shown as it arrives. */

import { layOutJson } from "../core/json";
import { noticeOf } from "../core/notice";
import { RESPONSE_ACTIONS, type ResponseEnd, type ToResponse } from "../core/panel";
import { type BodyFormat, durationText, type ResponseHead, sizeText } from "../core/response";
import { addToBody, findInBody, placeBody, showBody } from "./bodyViewer";
import { element, type Of, type Receivers, say } from "./page";
import { showPreview } from "./preview";
import { clearRecorded, showRecorded } from "./recordedParts";
import { chooseTab, offerTab, titleTab } from "./tabs";

/** Deliveries to show; of more, the last ones. */
const MOST_DELIVERIES = 500;

/** Headers to show; more are counted. */
const MOST_HEADERS = 500;

/** JSON nested deeper is not highlighted, and a longer layout is not used. */
const MOST_LEVELS = 300;
const MOST_LAID_OUT = 8_000_000;

const status = element("status");
let head: ResponseHead | undefined;
let format: BodyFormat = "text";
let text = "";

/** Show whether a request is under way, which can be stopped. */
function setBusy(busy: boolean): void {
  element("send").hidden = busy;
  element("cancel").hidden = !busy;
}

function setStatus(words: string, kind: "" | "good" | "bad"): void {
  status.textContent = words;
  status.className = kind;
}

function show(id: string, words: string): void {
  element(id).textContent = words;
  element(id).hidden = words === "";
}

function clear(hops: readonly string[]): void {
  head = undefined;
  text = "";
  showBody("", false);
  for (const id of ["failure", "redirect", "viewer"]) element(id).hidden = true;
  show("notice", "");
  element("deliveries").hidden = true;
  element("deliveries").replaceChildren();
  element("hops").hidden = hops.length === 0;
  element("hops").replaceChildren(
    ...hops.map((hop) => {
      const item = document.createElement("li");
      item.textContent = hop;
      return item;
    }),
  );
  offerTab("preview", false);
  offerTab("log", false);
  clearRecorded();
  offerActions(undefined);
  chooseTab("body");
}

function offerActions(end: ResponseEnd | undefined): void {
  const offered = head !== undefined;
  element("copyResponse").hidden = !offered;
  element("openResponse").hidden = !offered;
  element("saveResponse").hidden = !offered;
  element("compare").hidden = !end?.comparable;
}

function showHead(message: Of<"head">): void {
  ({ head, format } = message);
  const words = `${head.status} ${head.reason}`.trim();
  setStatus(`${words} · first byte after ${durationText(head.seconds)}`, good(head));
  const { headers } = head;
  const lines = headers.slice(0, MOST_HEADERS).map(([name, value]) => `${name}: ${value}`);
  if (headers.length > lines.length) lines.push(`… ${headers.length - lines.length} more`);
  element("answer-headers").textContent = lines.join("\n");
  titleTab("headers", `Headers (${headers.length})`);
  element("viewer").hidden = false;
  offerActions(undefined);
}

function showDelivery({ text: words, good: isGood }: Of<"delivery">): void {
  const list = element("deliveries");
  const item = document.createElement("li");
  item.textContent = words;
  item.className = isGood === undefined ? "remark" : isGood ? "good" : "bad";
  list.append(item);
  list.hidden = false;
  while (list.childElementCount > MOST_DELIVERIES) list.firstElementChild?.remove();
}

function good({ status: code }: ResponseHead): "good" | "bad" {
  return code < 400 ? "good" : "bad";
}

function showEnd(end: ResponseEnd): void {
  if (!head) return;
  const words = `${head.status} ${head.reason}`.trim();
  setStatus(`${words} · ${durationText(end.seconds)} · ${sizeText(end.bytes)}`, good(head));
  show("notice", noticeOf(end, text));
  if (format === "json") showJson();
  const hasPreview = showPreview(end, text);
  offerTab("preview", hasPreview);
  if (hasPreview && end.format === "hex") chooseTab("preview");
  element("redirect").hidden = end.redirect === "";
  element("redirect-target").textContent = `Redirects to ${end.redirect}`;
  offerActions(end);
  setBusy(false);
}

function showJson(): void {
  const layout = layOutJson(text);
  const isUsed = layout.text.length < MOST_LAID_OUT;
  showBody(isUsed ? layout.text : text, isUsed && layout.depth <= MOST_LEVELS);
}

export const responseReceivers: Receivers<ToResponse["kind"]> = {
  none: () => {
    clear([]);
    setStatus("No response yet", "");
    setBusy(false);
  },
  sending: ({ hops }) => {
    clear(hops);
    setStatus("Waiting for response…", "");
    status.scrollIntoView({ block: "nearest" });
    setBusy(true);
  },
  head: showHead,
  part: (message) => {
    text += message.text;
    addToBody(message.text);
    const [words = ""] = (status.textContent ?? "").split(" · ");
    status.textContent = `${words} · ${sizeText(message.bytes)} so far`;
  },
  delivery: showDelivery,
  end: ({ end }) => showEnd(end),
  failure: (message) => {
    setStatus(message.message, "bad");
    setBusy(false);
  },
  recorded: ({ recorded }) => {
    showRecorded(recorded);
    // Without a response, the tabs say what is known.
    element("viewer").hidden = false;
    if (head === undefined) chooseTab(recorded.frames.length > 0 ? "exception" : "received");
  },
  details: ({ details }) => {
    show("failure-error", details.error);
    show("showFailure", details.place);
    element("debugRequest").hidden = details.error === "";
    element("failure").hidden = details.error === "";
    element("answer-log").textContent = details.output;
    offerTab("log", details.output !== "");
  },
};

placeBody(element("view-body"));
for (const kind of RESPONSE_ACTIONS) {
  element(kind).addEventListener("click", () => say({ kind }));
}
document.addEventListener("keydown", (event) => {
  if (event.key === "f" && (event.ctrlKey || event.metaKey) && !element("viewer").hidden) {
    event.preventDefault();
    chooseTab("body");
    findInBody();
  }
});
