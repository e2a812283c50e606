/** Drafts from the requests that the server proposes. */

import { type Draft, headerLines } from "./draft";
import { formatJson } from "./json";
import type { SampleRequest } from "./protocol";

/** Return the draft of a sample; an event is kept as one, for its data to be edited. */
export function draftOf(sample: SampleRequest): Draft {
  if (sample.event === null) return plainDraft(sample);
  const data = sample.data ?? "";
  return {
    method: sample.method,
    path: "",
    headers: "",
    body: "",
    kind: "event",
    event: { name: sample.event, mode: "", data: formatJson(data) ?? data },
  };
}

/** Return the draft of a sample as it is sent. */
export function plainDraft(sample: SampleRequest): Draft {
  const draft = {
    method: sample.method,
    path: sample.path.replace(/^\/$/, ""),
    headers: headerLines(Object.entries(sample.headers)),
    body: formatJson(sample.body) ?? sample.body,
  };
  if (sample.parts.length === 0) return draft;
  return {
    ...draft,
    headers: draft.headers.replace(/; boundary=.*/, ""),
    body: "",
    kind: "multipart",
    parts: sample.parts.map(({ name, value, filename }) =>
      filename ? { name, value: "", on: true, file: "" } : { name, value, on: true },
    ),
  };
}
