import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { type Draft, EMPTY_DRAFT } from "../../src/core/draft";
import { type Exchange, exchange } from "../../src/core/exchange";
import type { ResponseHead } from "../../src/core/response";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Serve on a free port for as long as the test runs. */
async function serving(answer: Answer, test: (base: string) => Promise<void>): Promise<void> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hello`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Send a draft, and gather what is told. */
function gather(base: string, draft: Partial<Draft>, onPart?: (exchange: Exchange) => void) {
  let head: ResponseHead | undefined;
  const parts: string[] = [];
  const result = new Promise<{ end?: number; failure?: string }>((resolve) => {
    const running = exchange(
      base,
      { ...EMPTY_DRAFT, ...draft },
      {
        onHead: (value) => {
          head = value;
        },
        onPart: async (part) => {
          parts.push(String(part));
          onPart?.(running);
        },
        onEnd: (end) => resolve({ end }),
        onFailure: (failure) => resolve({ failure }),
      },
      performance.now.bind(performance),
    );
  });
  return { result, parts, head: () => head };
}

describe("exchange", () => {
  it("sends method, path, headers and body as they were written", async () => {
    const seen: unknown[] = [];
    const answer: Answer = async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      seen.push([
        request.method,
        request.url,
        request.headers["x-note"],
        String(Buffer.concat(chunks)),
      ]);
      response.writeHead(418, "Short and stout", { "X-Answer": "yes" }).end("tea");
    };
    await serving(answer, async (base) => {
      const told = gather(base, {
        method: "PROPFIND",
        path: "/a//b%2Fc?q=x y&ü=1",
        headers: "X-Note: one\nX-Note: two",
        body: "grüße",
      });
      const { end } = await told.result;

      assert.deepEqual(seen, [
        ["PROPFIND", "/hello/a//b%2Fc?q=x%20y&%C3%BC=1", "one, two", "grüße"],
      ]);
      assert.equal(told.head()?.status, 418);
      assert.equal(told.head()?.reason, "Short and stout");
      assert.ok(
        told.head()?.headers.some(([name, value]) => name === "X-Answer" && value === "yes"),
      );
      assert.deepEqual(told.parts, ["tea"]);
      assert.ok(end !== undefined && end >= (told.head()?.seconds ?? 0));
    });
  });

  it("reports each part as it arrives, and the port it arrives at", async () => {
    let finish: () => void = () => undefined;
    let port: number | undefined;
    const answer: Answer = (request, response) => {
      port = request.socket.remotePort;
      response.write("g");
      finish = () => response.end("h");
    };
    await serving(answer, async (base) => {
      const told = gather(base, {}, () => finish());
      await told.result;

      assert.deepEqual(told.parts, ["g", "h"]);
      assert.equal(told.head()?.port, port);
    });
  });

  it("takes the next part when the last one is done with", async () => {
    const answer: Answer = (_request, response) => {
      response.setHeader("Content-Length", 2_000_000);
      response.end(Buffer.alloc(2_000_000));
    };
    await serving(answer, async (base) => {
      let taking = 0;
      let most = 0;
      const result = await new Promise<string>((resolve) => {
        exchange(
          base,
          EMPTY_DRAFT,
          {
            onHead: () => undefined,
            onPart: async () => {
              taking += 1;
              most = Math.max(most, taking);
              await new Promise((done) => setImmediate(done));
              taking -= 1;
            },
            onEnd: () => resolve(`end while ${taking} are taken`),
            onFailure: resolve,
          },
          performance.now.bind(performance),
        );
      });

      assert.deepEqual([result, most], ["end while 0 are taken", 1]);
    });
  });

  it("accepts thousands of headers and refuses a million", async () => {
    const many = (count: number): Answer => {
      return (_request, response) => {
        for (let index = 0; index < count; index += 1) response.setHeader(`X-${index}`, "1");
        response.end();
      };
    };
    await serving(many(5000), async (base) => {
      const told = gather(base, {});
      await told.result;

      assert.ok((told.head()?.headers.length ?? 0) > 5000);
    });
    await serving(many(200_000), async (base) => {
      const { failure } = await gather(base, {}).result;

      assert.match(failure ?? "", /^The headers of the response exceed 1 MiB/);
    });
  });

  it("explains a response that is not HTTP", async () => {
    const answer: Answer = (_request, response) => {
      response.socket?.end("SSH-2.0-OpenSSH\r\n");
    };
    await serving(answer, async (base) => {
      const { failure } = await gather(base, {}).result;

      assert.match(failure ?? "", /^The response is not valid HTTP: /);
    });
  });

  it("disconnects on cancel and reports nothing more", async () => {
    let closed: (() => void) | undefined;
    const hungUp = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const answer: Answer = (_request, response) => {
      response.on("close", () => closed?.());
      response.write("first");
    };
    await serving(answer, async (base) => {
      let over = false;
      const told = gather(base, {}, (running) => running.cancel());
      void told.result.then(() => {
        over = true;
      });
      await hungUp;
      await new Promise((resolve) => setImmediate(resolve));

      assert.deepEqual(told.parts, ["first"]);
      assert.equal(over, false);
    });
  });

  it("says what to do if the connection is refused", async () => {
    let base = "";
    await serving(
      () => undefined,
      async (url) => {
        base = url;
      },
    );
    const { failure } = await gather(base, {}).result;

    assert.match(failure ?? "", /^Connection refused/);
  });

  it("reports a response that breaks off", async () => {
    const answer: Answer = (_request, response) => {
      response.writeHead(200, { "Content-Length": "10" });
      response.write("part");
      response.on("drain", () => undefined);
      setImmediate(() => response.destroy());
    };
    await serving(answer, async (base) => {
      const { failure } = await gather(base, {}).result;

      assert.match(failure ?? "", /closed before the response was complete/);
    });
  });

  it("does not send an invalid request", async () => {
    const told = gather("http://127.0.0.1:9/hello", { headers: "nonsense" });
    assert.match((await told.result).failure ?? "", /Name: value/);

    const wrong = gather("http://127.0.0.1:9/hello", { method: "NO GOOD" });
    assert.match((await wrong.result).failure ?? "", /request failed/);
  });
});
