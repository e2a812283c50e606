import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Coalescer, RestartPolicy } from "../../src/core/restart";

describe("RestartPolicy", () => {
  it("allows a bounded number of restarts within the span", () => {
    let now = 0;
    const policy = new RestartPolicy(2, 1000, () => now);

    assert.deepEqual(
      [0, 10, 20].map((time) => {
        now = time;
        return policy.allowsAfterDeath();
      }),
      [true, true, false],
    );
  });

  it("forgets crashes outside the time span", () => {
    let now = 0;
    const policy = new RestartPolicy(1, 1000, () => now);
    policy.allowsAfterDeath();
    now = 1000;

    assert.equal(policy.allowsAfterDeath(), true);
  });

  it("starts over after a manual restart", () => {
    const policy = new RestartPolicy(1, 1000, () => 0);
    policy.allowsAfterDeath();
    policy.reset();

    assert.equal(policy.allowsAfterDeath(), true);
  });
});

describe("Coalescer", () => {
  /** An action whose runs end when they are told to. */
  function gated() {
    const ends: (() => void)[] = [];
    const fails: ((error: Error) => void)[] = [];
    const action = () =>
      new Promise<void>((resolve, reject) => {
        ends.push(resolve);
        fails.push(reject);
      });
    return { ends, fails, coalescer: new Coalescer(action) };
  }

  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it("merges requests during a run into one more run", async () => {
    const { ends, coalescer } = gated();
    const first = coalescer.request();
    const second = coalescer.request();
    const third = coalescer.request();
    ends[0]?.();
    await first;
    await settled();

    assert.equal(ends.length, 2);
    ends[1]?.();
    await Promise.all([second, third]);
    await settled();
    assert.equal(ends.length, 2);
  });

  it("resolves a request during a run after the next run", async () => {
    const { ends, coalescer } = gated();
    const first = coalescer.request();
    let told = false;
    const second = coalescer.request().then(() => {
      told = true;
    });
    ends[0]?.();
    await first;
    await settled();

    assert.equal(told, false);
    ends[1]?.();
    await second;
  });

  it("goes on after a run that failed", async () => {
    const { ends, fails, coalescer } = gated();
    const first = coalescer.request();
    const second = coalescer.request();
    fails[0]?.(new Error("no"));
    await assert.rejects(first);
    await settled();
    ends[1]?.();
    await second;

    const third = coalescer.request();
    await settled();
    assert.equal(ends.length, 3);
    ends[2]?.();
    await third;
  });
});
