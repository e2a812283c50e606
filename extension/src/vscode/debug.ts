/** Debug sessions: attached to the debugpy of a unit's worker, and kept attached. */

import {
  type DebugAdapterDescriptorFactory,
  DebugAdapterServer,
  type DebugAdapterTracker,
  type DebugConfiguration,
  type DebugSession,
  Disposable,
  debug,
  type LogOutputChannel,
  window,
} from "vscode";
import { attachConfiguration, DEBUG_TYPE, DebugIntentions, SessionEnding } from "../core/debug";
import { type DebugAddress, parseDebugTarget, type RunnerStatus } from "../core/protocol";

/** Tells the server that nobody debugs the unit any more. */
export type EndDebug = (unit: string) => Promise<void>;

export class Debugger implements Disposable {
  private readonly intentions = new DebugIntentions();
  private readonly sessions = new Map<string, DebugSession>();
  private readonly endings = new WeakMap<DebugSession, SessionEnding>();
  private readonly subscriptions: Disposable;

  constructor(
    private readonly log: LogOutputChannel,
    private readonly endDebug: EndDebug,
  ) {
    this.subscriptions = Disposable.from(
      debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, straightToDebugpy),
      debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
        createDebugAdapterTracker: (session) => this.track(session),
      }),
      debug.onDidStartDebugSession((session) => this.onStarted(session)),
      debug.onDidTerminateDebugSession((session) => this.onEnded(session)),
    );
  }

  /** Attach to what `funclens.debug` answered. */
  async attach(answer: unknown): Promise<void> {
    const target = parseDebugTarget(answer);
    if (target) await this.attachTo(target.unit, target.address);
  }

  /** Follow the workers: attach again where one was replaced. */
  async follow(runner: RunnerStatus): Promise<void> {
    for (const { unit, address } of this.intentions.moved(runner)) {
      this.log.info(`The worker of ${unit} was replaced: attaching the debugger again.`);
      await this.attachTo(unit, address);
    }
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async attachTo(unit: string, address: DebugAddress): Promise<void> {
    if (this.sessions.get(unit)?.configuration["port"] === address.port) return;
    this.intentions.begin(unit, address);
    const started = await debug.startDebugging(undefined, attachConfiguration(unit, address));
    if (!started) {
      this.intentions.end(unit);
      void window.showErrorMessage(
        `The debugger could not attach. See the debug console, then click Debug again: ${unit}`,
      );
    }
  }

  private track(session: DebugSession): DebugAdapterTracker {
    const ending = new SessionEnding();
    this.endings.set(session, ending);
    return {
      onWillReceiveMessage: (message) => ending.fromEditor(message),
      onDidSendMessage: (message) => ending.fromAdapter(message),
    };
  }

  private onStarted(session: DebugSession): void {
    const unit = unitOf(session);
    if (unit) this.sessions.set(unit, session);
  }

  private onEnded(session: DebugSession): void {
    const unit = unitOf(session);
    if (!unit || this.sessions.get(unit) !== session) return;
    this.sessions.delete(unit);
    if (!this.endings.get(session)?.byPerson) return;
    this.intentions.end(unit);
    void this.endDebug(unit);
  }
}

function unitOf(session: DebugSession): string | undefined {
  const configuration: DebugConfiguration = session.configuration;
  return session.type === DEBUG_TYPE && typeof configuration["unit"] === "string"
    ? configuration["unit"]
    : undefined;
}

/** debugpy speaks the debug adapter protocol itself: no adapter of ours is between. */
const straightToDebugpy: DebugAdapterDescriptorFactory = {
  createDebugAdapterDescriptor: (session) =>
    new DebugAdapterServer(session.configuration["port"], session.configuration["host"]),
};
