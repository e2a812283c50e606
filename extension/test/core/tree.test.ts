import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readListing, withResponses, withUnits } from "../../src/core/protocol";
import { FunctionTree, type TreeNode } from "../../src/core/tree";
import { shorten } from "../../src/core/treeFolders";
import { describeNode } from "../../src/core/treeItems";
import { listingOf, status, URL } from "./listings";

const SHOP = listingOf({
  "main.py": ["news"],
  "billing/main.py": ["charge", "health"],
  "mail/eu/main.py": ["send", "health"],
  "mail/us/main.py": ["send_us"],
  "mail/us/later.py": ["later"],
});

function treeOf(listing = SHOP, filter = "") {
  const tree = new FunctionTree();
  assert.equal(tree.update(listing, [], filter), undefined);
  return tree;
}

/** Return the lines of a tree, indented. */
function lines(tree: FunctionTree, node?: TreeNode, depth = 0): string[] {
  return tree
    .children(node)
    .flatMap((child) => [
      "  ".repeat(depth) + describeNode(tree, child).label,
      ...lines(tree, child, depth + 1),
    ]);
}

describe("the tree of functions", () => {
  it("is arranged by folder, a folder of one unit in one line", () => {
    assert.deepEqual(lines(treeOf()), [
      "main.py",
      "  news",
      "billing",
      "  charge",
      "  health",
      "mail",
      "  eu",
      "    send",
      "    health",
      "  us",
      "    main.py",
      "      send_us",
      "    later.py",
      "      later",
    ]);
  });

  it("shows a chain of folders as one, and the file of a unit that isn't main.py", () => {
    const tree = treeOf(listingOf({ "a/b/c/main.py": ["f"], "a/b/d/tasks.py": ["g"] }));

    assert.deepEqual(lines(tree), ["a/b", "  c", "    f", "  d/tasks.py", "    g"]);
  });

  it("names workspace folders as their user does", () => {
    const functions = [
      ...listingOf({ "billing/main.py": ["f"] }, { folder: "/home/ada/shop" }).functions,
      ...listingOf({ "main.py": ["g"] }, { folder: "/home/ada/bank" }).functions,
    ];
    const roots = [
      { folder: "/home/ada/bank", name: "The Bank" },
      { folder: "/home/ada/shop", name: "Shop" },
    ];
    const tree = new FunctionTree();
    tree.update({ ...SHOP, functions }, roots);

    assert.deepEqual(lines(tree), ["The Bank", "  main.py", "    g", "Shop", "  billing", "    f"]);
  });

  it("keeps the end of long paths", () => {
    assert.equal(shorten("billing/main.py"), "billing/main.py");
    assert.equal(
      shorten("services/europe/west/payments/orders/main.py"),
      "…/west/payments/orders/main.py",
    );
    assert.equal(shorten("x".repeat(80)), "x".repeat(80));
  });

  it("leads from a function up to its folders", () => {
    const tree = treeOf();
    const node = tree.findFunction("mail.eu.main.send");
    const path = [];
    for (let at = node; at; at = tree.parent(at)) path.push(describeNode(tree, at).label);

    assert.deepEqual(path, ["send", "eu", "mail"]);
    assert.equal(tree.findFunction("mail.eu.main.none"), undefined);
  });
});

describe("an update of the tree", () => {
  const running = (units: object[] = [], responses: object[] = []) =>
    readListing({
      functions: [],
      runner: { state: "running", url: URL, units },
      responses,
    });
  const started = { ...SHOP, runner: running([status("main", "idle")]).runner };

  it("keeps nodes and refreshes only the unit whose functions changed", () => {
    const tree = treeOf();
    const unit = tree.findUnit("billing.main");
    const functions = SHOP.functions.map((fn) =>
      fn.id === "billing.main.charge" ? { ...fn, signatureType: "typed" } : fn,
    );

    const changed = tree.update({ ...SHOP, functions });

    assert.deepEqual(changed, [unit]);
    assert.equal(changed?.[0], unit);
  });

  it("refreshes nothing if lines moved", () => {
    const tree = treeOf();
    const functions = SHOP.functions.map((fn) => ({ ...fn, line: fn.line + 1 }));

    assert.deepEqual(tree.update({ ...SHOP, functions }), []);
  });

  it("refreshes everything if units come, go or are renamed, or the runner starts", () => {
    const tree = treeOf();
    const fewer = { ...SHOP, functions: SHOP.functions.slice(1) };

    assert.equal(tree.update(fewer), undefined);
    assert.equal(tree.update(SHOP), undefined);
    assert.equal(tree.update(started), undefined);
    assert.deepEqual(tree.update(started), []);
  });

  it("refreshes the unit whose state changed, and the function that answered", () => {
    const tree = treeOf(started);
    const [unit] = tree.children();
    const [news] = tree.children(unit);
    const { units } = running([status("main", "ready")]).runner;
    const ready = withUnits(started, units);
    assert.deepEqual(tree.update(ready), [unit]);

    const [response] = running([], [{ id: "main.news", status: 200, duration: "12 ms" }]).responses;
    assert.ok(response);
    assert.deepEqual(tree.update(withResponses(ready, [response])), [news]);
  });

  it("refreshes a unit whose functions collide", () => {
    const tree = treeOf();
    const collisions = [
      { endpoint: "health", functions: ["billing.main.health", "mail.eu.main.health"] },
    ];

    assert.deepEqual(tree.update({ ...SHOP, collisions }), []);
    assert.deepEqual(tree.update({ ...SHOP, collisions, reported: ["health"] }), [
      tree.findUnit("billing.main"),
      tree.findUnit("mail.eu.main"),
    ]);
  });

  it("makes no function of a unit that nobody opens", () => {
    const sources = Object.fromEntries(
      Array.from({ length: 500 }, (_, at) => [`team/unit_${at}/main.py`, ["one", "two"]]),
    );
    const tree = treeOf(listingOf(sources));
    const [team] = tree.children();
    assert.ok(team);
    const texts = tree.children(team).map((node) => describeNode(tree, node));

    assert.equal(texts.length, 500);
    assert.deepEqual(new Set(texts.map((text) => text.opens)), new Set(["collapsed"]));
    assert.equal(describeNode(tree, team).opens, "expanded");
    assert.equal(describeNode(tree, team).description, "500 units");
  });
});

describe("the filter of the tree", () => {
  const runner = {
    state: "running",
    url: URL,
    units: [status("billing.main", "failed"), status("mail.eu.main", "ready")],
  };
  const responses = [
    { id: "mail.eu.main.send", status: 500, duration: "3 ms", failed: true },
    { id: "mail.eu.main.health", status: 200, duration: "2 ms" },
  ];
  const state = readListing({ runner, responses });
  const live = { ...SHOP, runner: state.runner, responses: state.responses };
  const shown = (filter: string, listing = live) =>
    lines(treeOf(listing, filter)).map((line) => line.trim());

  it("finds names and paths, all words of it", () => {
    assert.deepEqual(shown("HEALTH"), ["billing", "health", "mail/eu", "health"]);
    assert.deepEqual(shown("health mail"), ["mail/eu", "health"]);
    assert.deepEqual(shown("nothing"), []);
  });

  it("finds states and types", () => {
    assert.deepEqual(shown("@failed"), ["billing", "charge", "health"]);
    assert.deepEqual(shown("@errors"), ["mail/eu", "send"]);
    assert.deepEqual(shown("@called health"), ["mail/eu", "health"]);
    assert.deepEqual(shown("@ready"), ["mail/eu", "send", "health"]);
    assert.deepEqual(shown("@fail charge"), ["billing", "charge"]);
    assert.deepEqual(shown("@ later"), ["mail/us/later.py", "later"]);
    assert.deepEqual(shown("@http later"), ["mail/us/later.py", "later"]);
  });

  it("follows the states while they change", () => {
    const tree = treeOf(live, "@failed");
    const units = readListing({
      runner: { units: [status("billing.main", "ready"), status("main", "failed")] },
    }).runner.units;

    assert.equal(tree.update(withUnits(live, units), [], "@failed"), undefined);
    assert.deepEqual(lines(tree), ["main.py", "  news"]);
  });
});
