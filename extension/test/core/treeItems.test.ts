import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Listing } from "../../src/core/protocol";
import { FunctionTree } from "../../src/core/tree";
import { describeNode, describeTooltip } from "../../src/core/treeItems";
import { listingOf, status, URL } from "./listings";

const SOURCES = { "billing/main.py": ["charge"], "main.py": ["on_news"] };

function look(more: object = {}, sources: Record<string, string[]> = SOURCES) {
  return lookAt(listingOf(sources, more as Record<string, unknown>));
}

function lookAt(listing: Listing) {
  const tree = new FunctionTree();
  tree.update(listing);
  const unit = (name: string) => {
    const node = tree.findUnit(name);
    assert.ok(node);
    return { ...describeNode(tree, node), tooltip: describeTooltip(tree, node) };
  };
  const fn = (id: string) => {
    const node = tree.findFunction(id);
    assert.ok(node);
    return { ...describeNode(tree, node), tooltip: describeTooltip(tree, node) };
  };
  return { unit, fn };
}

function running(units: object[], responses: object[] = []) {
  return { runner: { state: "running", url: URL, units }, responses };
}

describe("a line of the view", () => {
  it("shows what its name doesn't say: type, and a route that differs", () => {
    const listing = listingOf(SOURCES);
    const functions = listing.functions.map((fn) =>
      fn.name === "charge" ? { ...fn, route: "/deployed-charge" } : { ...fn, isAsync: true },
    );
    const { fn } = lookAt({ ...listing, functions });

    assert.equal(look().fn("billing.main.charge").description, "");
    assert.equal(fn("billing.main.charge").description, "/deployed-charge");
    assert.equal(fn("main.on_news").description, "async cloudevent");
    assert.match(fn("main.on_news").spoken, /async cloudevent function at \/on_news/);
  });

  it("marks functions that share an endpoint", () => {
    const collisions = [{ endpoint: "charge", functions: ["billing.main.charge"] }];
    const { fn } = look({ collisions, reported: ["charge"] });

    assert.equal(fn("billing.main.charge").mark, "collision");
    assert.equal(fn("billing.main.charge").description, "duplicate");
    assert.equal(fn("main.on_news").mark, "");
    assert.match(fn("billing.main.charge").tooltip, /also has the endpoint charge/);
  });

  it("says what calls a function, and when it runs next", () => {
    const triggers = [{ kind: "schedule", text: "Schedule 0 3 * * *", origin: "setting" }];
    const listing = listingOf(SOURCES, {
      next_runs: [{ id: "main.on_news", at: "2026-11-27T03:00:00Z", text: "Fri 03:00 UTC" }],
    });
    const functions = listing.functions.map((fn) => ({ ...fn, triggers }));
    const { fn } = lookAt({ ...listing, functions });

    assert.equal(fn("main.on_news").description, "cloudevent · next run Fri 03:00 UTC");
    assert.match(fn("main.on_news").spoken, /next run Fri 03:00 UTC/);
    assert.match(fn("main.on_news").context, / scheduled$/);
    assert.match(fn("main.on_news").tooltip, /Trigger: Schedule 0 3 \* \* \*/);
    assert.match(fn("main.on_news").tooltip, /Next run: Fri 03:00 UTC/);
    assert.equal(fn("billing.main.charge").description, "");
  });

  it("shows the last response while the runner runs", () => {
    const responses = [
      { id: "billing.main.charge", status: 200, duration: "12 ms", failed: false },
      { id: "main.on_news", status: 500, duration: "3 ms", failed: true, error: "KeyError: 'a'" },
    ];
    const { fn } = look(running([], responses));
    const charge = fn("billing.main.charge");
    const news = fn("main.on_news");

    assert.equal(charge.description, "200 · 12 ms");
    assert.deepEqual(charge.icon, { name: "pass", color: "testing.iconPassed" });
    assert.equal(charge.context, "function http running called");
    assert.equal(news.description, "cloudevent · 500 · 3 ms");
    assert.deepEqual(news.icon, { name: "error", color: "testing.iconFailed" });
    assert.equal(news.context, "function cloudevent running called errors");
    assert.match(news.tooltip, /KeyError/);
    assert.match(news.spoken, /last response 500 · 3 ms/);
    assert.equal(look({ responses }).fn("main.on_news").description, "cloudevent");
  });

  it("tells a client error from a failure, and a request without a response", () => {
    const responses = [
      { id: "billing.main.charge", status: 404, duration: "1 ms" },
      { id: "main.on_news", status: 0, duration: "2 ms", failed: true },
    ];
    const { fn } = look(running([], responses));

    assert.equal(fn("billing.main.charge").icon.name, "warning");
    assert.equal(fn("main.on_news").description, "cloudevent · no response · 2 ms");
  });

  it("shows no state of a unit while nothing is running", () => {
    const billing = look({
      runner: { state: "stopped", units: [status("billing.main", "ready")] },
    }).unit("billing.main");

    assert.equal(billing.description, "");
    assert.equal(billing.context, "unit");
    assert.equal(billing.opens, "expanded");
  });

  it("shows the state of units of a running runner", () => {
    const debug = { host: "127.0.0.1", port: 5678 };
    const failure = { error: "NameError: x", hint: "define it" };
    const { unit } = look(
      running([status("billing.main", "ready", { debug }), status("main", "failed", { failure })]),
    );

    assert.equal(unit("billing.main").description, "ready, debugging");
    assert.equal(unit("billing.main").icon.name, "debug-alt");
    assert.equal(unit("billing.main").context, "unit running ready");
    assert.deepEqual([unit("main").description, unit("main").mark], ["failed", "failed"]);
    assert.match(unit("main").tooltip, /NameError: x\n\ndefine it/);
  });
});
