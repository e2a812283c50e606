/** Marks of lines in the view: a badge for a shared endpoint, a color for a failed unit. */

import {
  Disposable,
  EventEmitter,
  type FileDecoration,
  type FileDecorationProvider,
  ThemeColor,
  Uri,
  window,
} from "vscode";
import type { NodeText } from "../core/treeItems";

const SCHEME = "funclens-function";

const DECORATIONS: Record<NodeText["mark"], FileDecoration | undefined> = {
  "": undefined,
  collision: {
    // No color: VS Code dims the description, which is then too faint to be read.
    badge: "!",
    tooltip: "Another function has the same endpoint",
  },
  failed: {
    color: new ThemeColor("list.errorForeground"),
    tooltip: "The unit failed to load",
  },
};

export class FunctionMarks implements FileDecorationProvider, Disposable {
  private readonly marks = new Map<string, NodeText["mark"]>();
  private readonly emitter = new EventEmitter<Uri>();

  readonly onDidChangeFileDecorations = this.emitter.event;

  /** After the event, which VS Code looks for when it takes the provider. */
  private readonly registration = Disposable.from(
    this.emitter,
    window.registerFileDecorationProvider(this),
  );

  /** Mark a line; return the URI that stands for it. */
  mark(id: string, mark: NodeText["mark"]): Uri {
    const uri = Uri.from({ scheme: SCHEME, path: `/${id}` });
    const before = this.marks.get(id) ?? "";
    if (mark) this.marks.set(id, mark);
    else this.marks.delete(id);
    if (mark !== before) this.emitter.fire(uri);
    return uri;
  }

  provideFileDecoration(uri: Uri): FileDecoration | undefined {
    if (uri.scheme !== SCHEME) return undefined;
    return DECORATIONS[this.marks.get(uri.path.slice(1)) ?? ""];
  }

  dispose(): void {
    this.registration.dispose();
  }
}
