/** Tree view of folders, units and functions, with their state and last response. */

import {
  commands,
  Disposable,
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  Uri,
  window,
  workspace,
} from "vscode";
import { functionOfFile, functionsAt } from "../core/functions";
import type { Listing } from "../core/protocol";
import { plural } from "../core/status";
import { FunctionTree, type TreeNode } from "../core/tree";
import { describeNode, describeTooltip, type NodeText } from "../core/treeItems";
import { FunctionMarks } from "./functionMarks";
import type { Store } from "./store";

const FOLLOWS = "followEditor";

const OPENS = {
  no: TreeItemCollapsibleState.None,
  collapsed: TreeItemCollapsibleState.Collapsed,
  expanded: TreeItemCollapsibleState.Expanded,
} as const;

export class FunctionsView implements TreeDataProvider<TreeNode>, Disposable {
  private readonly emitter = new EventEmitter<TreeNode | undefined>();
  private readonly tree = new FunctionTree();
  private readonly marks = new FunctionMarks();
  private readonly view: TreeView<TreeNode>;
  private readonly subscriptions: Disposable;
  private text = "";

  readonly onDidChangeTreeData = this.emitter.event;

  constructor(private readonly store: Store) {
    this.view = window.createTreeView("funclens.functions", {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.subscriptions = Disposable.from(
      this.view,
      this.emitter,
      this.marks,
      store.onDidChange(() => this.update()),
      workspace.onDidChangeWorkspaceFolders(() => this.update()),
      window.onDidChangeActiveTextEditor(() => this.follow()),
      window.onDidChangeTextEditorSelection(() => this.follow()),
      this.view.onDidChangeVisibility(() => this.follow()),
    );
  }

  /** What the functions are filtered by; empty for all. */
  get filter(): string {
    return this.text;
  }

  set filter(text: string) {
    if (text === this.text) return;
    this.text = text;
    void commands.executeCommand("setContext", "funclens.filtered", text !== "");
    this.update();
  }

  getChildren(node?: TreeNode): TreeNode[] {
    return [...this.tree.children(node)];
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return this.tree.parent(node);
  }

  getTreeItem(node: TreeNode): TreeItem {
    const text = describeNode(this.tree, node, this.text);
    const item = new TreeItem(text.label, OPENS[text.opens]);
    item.id = text.id;
    item.description = text.description;
    item.iconPath = themeIcon(text);
    item.contextValue = text.context;
    item.accessibilityInformation = { label: text.spoken };
    item.resourceUri = this.marks.mark(text.id, text.mark);
    if (node.kind === "function") {
      item.command = {
        title: "Go to Definition",
        command: "funclens.show",
        arguments: [{ id: node.id }],
      };
    }
    return item;
  }

  resolveTreeItem(item: TreeItem, node: TreeNode): TreeItem {
    item.tooltip = new MarkdownString().appendText(describeTooltip(this.tree, node));
    return item;
  }

  /** Return the folder that a node is about. */
  folderOf(node: TreeNode): Uri | undefined {
    if (node.kind === "folder") return Uri.file(node.folder);
    const parts = node.kind === "unit" ? this.tree.unit(node) : undefined;
    return parts && Uri.file(parts.folder);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private update(): void {
    const listing = this.store.current;
    const roots = (workspace.workspaceFolders ?? []).map(({ uri, name }) => ({
      folder: uri.fsPath,
      name,
    }));
    const changed = this.tree.update(listing, roots, this.text);
    this.label(listing);
    for (const node of changed ?? [undefined]) this.emitter.fire(node);
    this.follow();
  }

  private label(listing: Listing): void {
    const clashes = listing.reported.length;
    this.view.badge =
      clashes > 0
        ? { value: clashes, tooltip: "Endpoints shared by several functions" }
        : undefined;
    const [shown, all] = [this.tree.functionCount, listing.functions.length];
    // The title of a view that is alone in its container hides its description.
    this.view.message =
      this.text && all > 0
        ? `${shown || "None"} of ${plural(all, "function")} match "${this.text}".`
        : "";
  }

  /** Select the function at the cursor, or the unit of the file. */
  private follow(): void {
    const editor = window.activeTextEditor;
    if (!this.view.visible || !editor || editor.document.uri.scheme !== "file") return;
    if (!workspace.getConfiguration("funclens").get<boolean>(FOLLOWS, true)) return;
    const path = editor.document.uri.fsPath;
    const listing = this.store.current;
    const [fn] = functionsAt(listing, path, editor.selection.active.line + 1);
    const unit = fn ? undefined : functionOfFile(listing, path)?.unit;
    const node = fn ? this.tree.findFunction(fn.id) : unit && this.tree.findUnit(unit);
    if (!node || this.view.selection[0] === node) return;
    this.view.reveal(node, { select: true, focus: false, expand: false }).then(undefined, () => {
      // A node that was just replaced: the next update follows.
    });
  }
}

function themeIcon({ icon }: NodeText): ThemeIcon {
  return new ThemeIcon(icon.name, icon.color ? new ThemeColor(icon.color) : undefined);
}
