/** The status bar item and the menu behind it. */

import {
  commands,
  Disposable,
  StatusBarAlignment,
  type StatusBarItem,
  ThemeColor,
  window,
  workspace,
} from "vscode";
import { actions, statusText } from "../core/status";
import type { LanguageServer } from "./server";
import type { Store } from "./store";

export class StatusBar implements Disposable {
  private readonly item: StatusBarItem;
  private readonly subscriptions: Disposable;

  constructor(
    private readonly server: LanguageServer,
    private readonly store: Store,
  ) {
    this.item = window.createStatusBarItem("funclens.status", StatusBarAlignment.Left, 10);
    this.item.name = "Funclens";
    this.item.command = "funclens.palette.actions";
    const show = () => this.show();
    this.subscriptions = Disposable.from(
      this.item,
      server.onDidChangeState(show),
      store.onDidChange(show),
      workspace.onDidGrantWorkspaceTrust(show),
    );
    this.show();
  }

  /** Show the actions available in the current state. */
  async offerActions(): Promise<void> {
    const lines = actions(this.server.state, this.store.shown, workspace.isTrusted);
    const chosen = await window.showQuickPick(lines, { title: "Funclens" });
    if (chosen) await commands.executeCommand(chosen.command);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private show(): void {
    const status = statusText(this.server.state, this.store.shown, workspace.isTrusted);
    this.item.text = status.text;
    this.item.tooltip = status.tooltip;
    this.item.backgroundColor =
      status.severity === "none"
        ? undefined
        : new ThemeColor(`statusBarItem.${status.severity}Background`);
    const { functions } = this.store.current;
    if (functions.length > 0 || status.severity !== "none") this.item.show();
    else this.item.hide();
  }
}
