import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ExternalAddress, withAddress } from "../../src/core/external";

const LOCAL = "http://127.0.0.1:8080";

describe("the external address", () => {
  it("is translated by the editor, without a trailing slash", async () => {
    const asked: string[] = [];
    const address = new ExternalAddress(async (url) => {
      asked.push(url);
      return `https://shop-${new URL(url).port}.example.dev/`;
    });

    assert.equal(await address.of(LOCAL), "https://shop-8080.example.dev");
    assert.equal(await address.of(LOCAL), "https://shop-8080.example.dev");
    assert.equal(await address.of("http://127.0.0.1:8081"), "https://shop-8081.example.dev");
    assert.deepEqual(asked, [LOCAL, "http://127.0.0.1:8081"]);
  });

  it("is empty while nothing is running, and translated again later", async () => {
    let tunnels = 0;
    const address = new ExternalAddress(async () => `http://localhost:${9000 + tunnels++}`);

    assert.equal(await address.of(""), "");
    assert.equal(await address.of(LOCAL), "http://localhost:9000");
    assert.equal(await address.of(""), "");
    assert.equal(await address.of(LOCAL), "http://localhost:9001");
  });

  it("is the runner's own if the editor can't translate it", async () => {
    const address = new ExternalAddress(() => Promise.reject(new Error("no tunnel")));

    assert.equal(await address.of(LOCAL), LOCAL);
  });
});

describe("withAddress", () => {
  it("replaces the runner's address but nothing similar", () => {
    const title = `● ${LOCAL}/charge`;

    assert.equal(withAddress(title, LOCAL, "https://x.dev"), "● https://x.dev/charge");
    assert.equal(withAddress(`${LOCAL}0/charge`, LOCAL, "https://x.dev"), `${LOCAL}0/charge`);
    assert.equal(withAddress(title, "", ""), title);
    assert.equal(withAddress(title, LOCAL, LOCAL), title);
  });
});
