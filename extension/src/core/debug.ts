/** Which debug sessions should be running, given what the runner says. */

import type { DebugAddress, RunnerStatus } from "./protocol";

/** The type of our debug sessions, as in launch.json. */
export const DEBUG_TYPE = "funclens";

/** Rules of debugpy: frames of the worker itself are not the user's code. */
export const OURS_IS_NOT_YOURS = [
  { path: "**/funclens_worker/**", include: false },
  { path: "**/bundled/libs/**", include: false },
];

/** The configuration that attaches to a unit's worker. */
export interface AttachConfiguration {
  readonly type: typeof DEBUG_TYPE;
  readonly request: "attach";
  readonly name: string;
  readonly unit: string;
  readonly host: string;
  readonly port: number;
  readonly justMyCode: boolean;
  readonly subProcess: boolean;
  readonly rules: readonly object[];
  readonly internalConsoleOptions: "neverOpen";
}

/** Return the configuration of a session for one unit. */
export function attachConfiguration(unit: string, address: DebugAddress): AttachConfiguration {
  return {
    type: DEBUG_TYPE,
    request: "attach",
    name: `Funclens: ${unit}`,
    unit,
    host: address.host,
    port: address.port,
    justMyCode: true,
    subProcess: false,
    rules: OURS_IS_NOT_YOURS,
    // What functions print stands in the output channel.
    internalConsoleOptions: "neverOpen",
  };
}

/**
 * Remembers which units a person debugs, so that a session that ended because its
 * worker was replaced comes back, and one that the person ended does not.
 */
export class DebugIntentions {
  private readonly wanted = new Map<string, DebugAddress>();

  /** A session for the unit begins at the address. */
  begin(unit: string, address: DebugAddress): void {
    this.wanted.set(unit, address);
  }

  /** The person ended the session, or the unit stopped being debugged. */
  end(unit: string): void {
    this.wanted.delete(unit);
  }

  isWanted(unit: string): boolean {
    return this.wanted.has(unit);
  }

  /** Return units that a person debugs and whose worker listens somewhere new. */
  moved(runner: RunnerStatus): { readonly unit: string; readonly address: DebugAddress }[] {
    const moved = [];
    for (const { unit, debug } of runner.units) {
      const known = this.wanted.get(unit);
      if (known && debug && (known.port !== debug.port || known.host !== debug.host)) {
        moved.push({ unit, address: debug });
      }
    }
    return moved;
  }
}

/** The part of a message of the debug adapter protocol that is looked at. */
interface AdapterMessage {
  readonly type?: string;
  readonly command?: string;
  readonly event?: string;
}

/**
 * Tells who ended a session: the person in the editor, or the debuggee.
 *
 * The editor sends `disconnect` in both cases, but after `terminated` when the
 * worker went away by itself.
 */
export class SessionEnding {
  private terminated = false;
  private disconnected = false;

  /** The person ended the session; false while it runs or when the worker ended. */
  get byPerson(): boolean {
    return this.disconnected;
  }

  fromEditor(message: AdapterMessage): void {
    const ends = message.command === "disconnect" || message.command === "terminate";
    if (message.type === "request" && ends && !this.terminated) this.disconnected = true;
  }

  fromAdapter(message: AdapterMessage): void {
    const over = message.event === "terminated" || message.event === "exited";
    if (message.type === "event" && over) this.terminated = true;
  }
}
