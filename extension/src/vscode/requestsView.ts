/** Tree view of requests: saved ones, and the history that the runner keeps. */

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
  window,
  workspace,
} from "vscode";
import type { SavedRequest } from "../core/protocol";
import {
  type RequestNode,
  type RequestSection,
  type RequestTreeNode,
  requestTree,
} from "../core/requestTree";
import { Coalescer } from "../core/restart";
import { plural } from "../core/status";
import type { RequestHistory } from "./requestHistory";
import type { RequestStore } from "./requestStore";
import type { Store } from "./store";

/** The tree is drawn again at most this often. */
const PAUSE_MS = 200;

export class RequestsView implements TreeDataProvider<RequestTreeNode>, Disposable {
  private readonly emitter = new EventEmitter<void>();
  private readonly view: TreeView<RequestTreeNode>;
  private readonly subscriptions: Disposable;
  private readonly reads = new Coalescer(() => this.read());
  private saved: readonly SavedRequest[] = [];
  private tree: readonly RequestSection[] = [];
  /** Ids of the functions for which the saved requests were read. */
  private known = "";
  private text = "";
  private pause: NodeJS.Timeout | undefined;
  private isStale = false;

  readonly onDidChangeTreeData = this.emitter.event;

  constructor(
    private readonly store: Store,
    private readonly requests: RequestStore,
    private readonly history: RequestHistory,
  ) {
    const files = workspace.createFileSystemWatcher("**/.funclens/requests/*.{http,rest}");
    const readAgain = () => void this.reads.request();
    this.view = window.createTreeView("funclens.requests", { treeDataProvider: this });
    this.subscriptions = Disposable.from(
      this.view,
      this.emitter,
      files,
      files.onDidChange(readAgain),
      files.onDidCreate(readAgain),
      files.onDidDelete(readAgain),
      requests.onDidChange(() => this.update()),
      history.onDidChange(() => this.update()),
      store.onDidChange(({ functions }) => {
        const ids = functions.map((fn) => fn.id).join("\n");
        if (ids !== this.known) readAgain();
        this.known = ids;
      }),
    );
  }

  /** What the requests are filtered by; empty for all. */
  get filter(): string {
    return this.text;
  }

  set filter(text: string) {
    this.text = text;
    void commands.executeCommand("setContext", "funclens.requestsFiltered", text !== "");
    this.draw();
  }

  getChildren(node?: RequestTreeNode): RequestTreeNode[] {
    if (!node) return [...this.tree];
    return node.kind === "section" ? [...node.requests] : [];
  }

  getTreeItem(node: RequestTreeNode): TreeItem {
    return node.kind === "section" ? sectionItem(node) : requestItem(node);
  }

  dispose(): void {
    clearTimeout(this.pause);
    this.subscriptions.dispose();
  }

  private async read(): Promise<void> {
    const { functions } = this.store.current;
    this.saved = functions.length > 0 ? await this.requests.allSaved() : [];
    this.draw();
  }

  /** Draw the tree now, or after a pause if it was just drawn. */
  private update(): void {
    this.isStale = true;
    if (this.pause) return;
    this.draw();
    this.pause = setTimeout(() => {
      this.pause = undefined;
      if (this.isStale) this.update();
    }, PAUSE_MS);
  }

  private draw(): void {
    this.isStale = false;
    const { functions } = this.store.current;
    const sources = {
      functions,
      saved: this.saved,
      recorded: this.history.requests,
      sentTo: (id: string) => this.requests.history(id),
      draftOf: (id: string) => this.requests.draftOf(id),
    };
    const all = requestTree(sources);
    this.tree = this.text ? requestTree(sources, this.text) : all;
    const [shown, total] = [countOf(this.tree), countOf(all)];
    this.view.message = this.text
      ? `${shown || "None"} of ${plural(total, "request")} match "${this.text}".`
      : "";
    void commands.executeCommand("setContext", "funclens.hasRequests", total > 0);
    this.emitter.fire();
  }
}

function countOf(sections: readonly RequestSection[]): number {
  return sections.reduce((sum, { requests }) => sum + requests.length, 0);
}

function sectionItem(section: RequestSection): TreeItem {
  const item = new TreeItem(section.label, TreeItemCollapsibleState.Expanded);
  item.id = section.id;
  item.description = String(section.requests.length);
  item.contextValue = "section";
  item.accessibilityInformation = {
    label: `${section.label}, ${plural(section.requests.length, "request")}`,
  };
  return item;
}

function requestItem(node: RequestNode): TreeItem {
  const { name, color } = node.icon;
  const item = new TreeItem(node.label);
  item.id = node.id;
  item.description = node.description;
  item.tooltip = new MarkdownString().appendCodeblock(node.tooltip, "http");
  item.contextValue = node.context;
  item.iconPath = new ThemeIcon(name, color ? new ThemeColor(color) : undefined);
  item.accessibilityInformation = { label: node.spoken };
  item.command = {
    title: "Open Request",
    command: "funclens.requests.open",
    arguments: [node],
  };
  return item;
}
