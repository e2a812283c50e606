/**
 * Ticks the steps of the walkthrough that were done, however that was.
 *
 * VS Code sees no command of a code lens, and forgets what happened before its welcome
 * page was loaded: a context key that is already set then never ticks its step. So the
 * key of a step is set for a moment, when it is done and when such a page is opened.
 */

import { commands, Disposable, debug, type Memento, window } from "vscode";
import { DEBUG_TYPE } from "../core/debugSessions";
import type { Store } from "./store";

type Step = "run" | "send" | "debug";

const MEMENTO = "walkthrough.done";

export class Walkthrough implements Disposable {
  private readonly done: Set<Step>;
  private readonly subscriptions: Disposable;

  constructor(
    private readonly state: Memento,
    store: Store,
  ) {
    this.done = new Set(state.get<Step[]>(MEMENTO, []));
    this.subscriptions = Disposable.from(
      window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
        // VS Code doesn't tell extensions about the welcome page.
        if ([...opened, ...changed].some((tab) => tab.input === undefined)) void this.tick();
      }),
      store.onDidChange(({ runner, responses }) => {
        if (runner.state === "running") this.complete("run");
        if (responses.length > 0) this.complete("send");
      }),
      debug.onDidStartDebugSession(({ type }) => {
        if (type === DEBUG_TYPE) this.complete("debug");
      }),
    );
  }

  private complete(step: Step): void {
    if (this.done.has(step)) return;
    this.done.add(step);
    void this.state.update(MEMENTO, [...this.done]);
    void this.tick([step]);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async tick(steps: Iterable<Step> = [...this.done]): Promise<void> {
    for (const step of steps) {
      const key = `funclens.walkthrough.${step}`;
      await commands.executeCommand("setContext", key, true);
      await commands.executeCommand("setContext", key, false);
    }
  }
}
