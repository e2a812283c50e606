import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LensRefresh } from "../../src/core/lensRefresh";

describe("LensRefresh", () => {
  function watched(...shown: string[]) {
    const refreshed: string[][] = [];
    const waiting: (() => void)[] = [];
    const lenses = new LensRefresh(
      () => shown,
      (documents) => refreshed.push([...documents]),
      (act) => waiting.push(act),
    );
    const pass = () => waiting.shift()?.();
    return { lenses, refreshed, waiting, shown, pass };
  }

  it("does nothing if VS Code asks for all that is shown", () => {
    const { lenses, refreshed, waiting, pass } = watched("a", "b");
    lenses.refreshed();
    lenses.asked("b");
    lenses.asked("a");

    pass();

    assert.deepEqual([refreshed, waiting], [[], []]);
  });

  it("refreshes what VS Code has not asked for until it does", () => {
    const { lenses, refreshed, waiting, pass } = watched("a", "b");
    lenses.refreshed();
    lenses.asked("a");

    pass();
    lenses.asked("b");
    pass();

    assert.deepEqual([refreshed, waiting], [[["b"]], []]);
  });

  it("gives up after a few tries, and begins again with the next refresh", () => {
    const { lenses, refreshed, waiting, pass } = watched("a");
    lenses.refreshed();
    lenses.refreshed();
    for (let pauses = 0; pauses < 9; pauses += 1) pass();
    assert.deepEqual([refreshed.length, waiting.length], [3, 0]);

    lenses.refreshed();
    pass();

    assert.equal(refreshed.length, 4);
  });

  it("forgets what is not shown any more", () => {
    const { lenses, refreshed, shown, pass } = watched("a");
    lenses.refreshed();
    shown.pop();

    pass();

    assert.deepEqual(refreshed, []);
  });
});
