/** Debug sessions attached to debugpy in a unit's worker; reattached after restarts. */

import {
  DebugAdapterServer,
  type DebugAdapterTracker,
  type DebugConfiguration,
  type DebugSession,
  Disposable,
  debug,
  type LogOutputChannel,
  window,
} from "vscode";
import {
  attachConfiguration,
  DEBUG_TYPE,
  DebugIntentions,
  SessionEnding,
} from "../core/debugSessions";
import { ExceptionStops, SET_EXCEPTION_BREAKPOINTS } from "../core/exceptionStops";
import type { UnitToDebug } from "../core/launch";
import { type DebugAddress, debugTarget, type RunnerStatus } from "../core/protocol";

/** Operations of the language server that sessions need. */
export interface DebugServer {
  /** Start a unit under the debugger; return the result of `funclens.debug`. */
  debug(functionId: string, env: unknown): Promise<unknown>;
  /** Restart a unit without the debugger. */
  endDebug(unit: string): Promise<void>;
}

export class Debugger implements Disposable {
  private readonly intentions = new DebugIntentions();
  private readonly sessions = new Map<string, DebugSession>();
  private readonly addresses = new WeakMap<DebugSession, DebugAddress>();
  private readonly endings = new WeakMap<DebugSession, SessionEnding>();
  private readonly stops = new WeakMap<DebugSession, ExceptionStops>();
  private readonly attaching = new Map<string, { port: number; done: Promise<void> }>();
  private readonly subscriptions: Disposable;

  constructor(
    private readonly log: LogOutputChannel,
    private readonly server: DebugServer,
  ) {
    this.subscriptions = Disposable.from(
      debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, {
        createDebugAdapterDescriptor: (session) => this.connect(session),
      }),
      debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
        createDebugAdapterTracker: (session) => this.track(session),
      }),
      debug.onDidStartDebugSession((session) => this.onStarted(session)),
      debug.onDidTerminateDebugSession((session) => this.onEnded(session)),
    );
  }

  /** Attach to the result of `funclens.debug`. */
  async attach(answer: unknown): Promise<void> {
    const target = debugTarget(answer);
    if (target) await this.attachTo(target.unit, target.address);
  }

  /** Attach to the result of `funclens.debug`; stop where the request that `send` sends fails. */
  async stopWhereItFails(answer: unknown, send: () => Promise<unknown>): Promise<void> {
    await this.attach(answer);
    const unit = debugTarget(answer)?.unit ?? "";
    const session = this.sessions.get(unit);
    const stops = session && this.stops.get(session);
    if (!session || !stops) return;
    await session.customRequest(SET_EXCEPTION_BREAKPOINTS, stops.begin());
    try {
      await send();
    } finally {
      const chosen = stops.end();
      if (this.sessions.get(unit) === session) {
        await session.customRequest(SET_EXCEPTION_BREAKPOINTS, chosen);
      }
    }
  }

  /** Reattach to workers that were replaced. */
  async follow(runner: RunnerStatus): Promise<void> {
    for (const { unit, address } of this.intentions.moved(runner)) {
      this.log.info(`The worker of ${unit} was restarted; reattaching the debugger.`);
      await this.attachTo(unit, address);
    }
  }

  /** Don't reattach to a unit that is stopped on request. */
  forget(unit: unknown): void {
    if (typeof unit === "string") this.intentions.end(unit);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async attachTo(unit: string, address: DebugAddress): Promise<void> {
    const known = this.sessions.get(unit);
    if (known && this.addresses.get(known)?.port === address.port) return;
    // A worker that was replaced is both followed and returned by the command.
    const underWay = this.attaching.get(unit);
    if (underWay?.port === address.port) return underWay.done;
    const done = this.startSession(unit, address);
    this.attaching.set(unit, { port: address.port, done });
    await done;
    if (this.attaching.get(unit)?.done === done) this.attaching.delete(unit);
  }

  private async startSession(unit: string, address: DebugAddress): Promise<void> {
    this.intentions.begin(unit, address);
    const started = await debug.startDebugging(undefined, attachConfiguration(unit, address));
    if (!started) {
      this.intentions.end(unit);
      void window.showErrorMessage(
        `The debugger could not attach to ${unit}. Check the debug console, then click Debug again.`,
      );
    }
  }

  /** debugpy implements the Debug Adapter Protocol, so no adapter is needed. */
  private async connect(session: DebugSession): Promise<DebugAdapterServer> {
    const address = addressOf(session.configuration) ?? (await this.launch(session));
    this.addresses.set(session, address);
    return new DebugAdapterServer(address.port, address.host);
  }

  /** A session from launch.json has no address yet: start its unit and the other units. */
  private async launch(session: DebugSession): Promise<DebugAddress> {
    const { env, units } = session.configuration as { env?: unknown; units?: UnitToDebug[] };
    const [first, ...others] = units ?? [];
    const target = first && debugTarget(await this.server.debug(first.functionId, env));
    if (!target) throw new Error("The unit could not be started with the debugger.");
    this.intentions.begin(target.unit, target.address);
    for (const { functionId } of others) {
      void this.server.debug(functionId, env).then((answer) => this.attach(answer));
    }
    return target.address;
  }

  private track(session: DebugSession): DebugAdapterTracker {
    const ending = new SessionEnding();
    const stops = new ExceptionStops();
    this.endings.set(session, ending);
    this.stops.set(session, stops);
    return {
      onWillReceiveMessage: (message) => {
        ending.fromEditor(message);
        stops.fromEditor(message);
      },
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
    void this.server.endDebug(unit);
  }
}

function unitOf(session: DebugSession): string | undefined {
  const { unit } = session.configuration;
  return session.type === DEBUG_TYPE && typeof unit === "string" ? unit : undefined;
}

function addressOf(configuration: DebugConfiguration): DebugAddress | undefined {
  const { host, port } = configuration;
  return typeof port === "number" ? { host: String(host ?? "127.0.0.1"), port } : undefined;
}
