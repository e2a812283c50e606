import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { callOf } from "../../src/core/call";
import { type Draft, EMPTY_DRAFT } from "../../src/core/draft";
import { draftOf } from "../../src/core/firstDraft";
import { outgoing } from "../../src/core/outgoing";

const BYTES = Uint8Array.from({ length: 512 }, (_, index) => index % 256);
const BOUNDARY = "funclens-0123456789abcdef01234567";
const read = async (file: string) => ({ name: `${file}".png`, bytes: BYTES });
const draft = (parts: Partial<Draft>): Draft => ({ ...EMPTY_DRAFT, method: "POST", ...parts });

describe("outgoing", () => {
  it("encodes the fields of a form that are switched on", async () => {
    const parts = [
      { name: "a", value: "x y", on: true },
      { name: "b", value: "2", on: false },
    ];
    const made = await outgoing(draft({ kind: "form", parts, body: "old=1" }), BOUNDARY, read);
    assert.equal(made.body, "a=x+y");
  });

  it("sends files byte by byte, and names the boundary", async () => {
    const parts = [
      { name: "note", value: "ü", on: true },
      { name: "photo", value: "", on: true, file: "cat" },
      { name: "off", value: "1", on: false },
    ];
    const headers = "Content-Type: multipart/form-data";
    const made = await outgoing(draft({ kind: "multipart", parts, headers }), BOUNDARY, read);

    assert.equal(made.headers, `${headers}; boundary=${BOUNDARY}`);
    const form = await new Response(made.body as Uint8Array<ArrayBuffer>, {
      headers: { "Content-Type": `multipart/form-data; boundary=${BOUNDARY}` },
    }).formData();
    assert.equal(form.get("note"), "ü");
    const photo = form.get("photo") as File;
    assert.deepEqual(new Uint8Array(await photo.arrayBuffer()), BYTES);
    assert.equal(photo.type, "image/png");
    assert.equal(form.has("off"), false);
  });

  it("sends no body of the kind none", async () => {
    assert.equal((await outgoing(draft({ kind: "none", body: "old" }), BOUNDARY, read)).body, "");
  });
});

describe("callOf", () => {
  it("passes bytes as base64", () => {
    const request = { method: "POST", path: "", headers: "A: b", body: BYTES.slice(0, 3) };
    assert.deepEqual(callOf("main.f", request), {
      id: "main.f",
      method: "POST",
      path: "",
      headers: { A: "b" },
      base64: "AAEC",
    });
  });
});

describe("draftOf", () => {
  const sample = {
    method: "POST",
    path: "/",
    headers: { "Content-Type": "application/json" },
    body: '{"a":1}',
    base64: null,
    parts: [],
    event: null,
    data: null,
    advice: "",
  };

  it("keeps an event as one, with its data", () => {
    const made = draftOf({ ...sample, event: "pubsub", data: '{"order":1}' });
    assert.equal(made.kind, "event");
    assert.deepEqual(made.event, { name: "pubsub", mode: "", data: '{\n  "order": 1\n}' });
  });

  it("leaves the files of a form to be chosen", () => {
    const parts = [
      { name: "name", value: "Ada", filename: "" },
      { name: "photo", value: "Hello", filename: "photo.txt" },
    ];
    const headers = { "Content-Type": "multipart/form-data; boundary=x" };
    const made = draftOf({ ...sample, headers, parts });
    assert.equal(made.headers, "Content-Type: multipart/form-data");
    assert.deepEqual(made.parts?.[1], { name: "photo", value: "", on: true, file: "" });
  });
});
