/** Decides which debug sessions should be running. */

import type { DebugAddress, RunnerStatus } from "./protocol";

/** The type of our debug sessions, as in launch.json. */
export const DEBUG_TYPE = "funclens";

/** debugpy rules: frames of the worker are not user code. */
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
  readonly redirectOutput: boolean;
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
    // What functions print is in the debug console, too, with links to its lines.
    redirectOutput: true,
  };
}

/**
 * Tracks the units being debugged, so that a session whose worker was
 * replaced is reattached, and one that the user ended is not.
 */
export class DebugIntentions {
  private readonly wanted = new Map<string, DebugAddress>();

  /** A session for the unit starts at the address. */
  begin(unit: string, address: DebugAddress): void {
    this.wanted.set(unit, address);
  }

  /** The user ended the session, or the unit is no longer debugged. */
  end(unit: string): void {
    this.wanted.delete(unit);
  }

  isWanted(unit: string): boolean {
    return this.wanted.has(unit);
  }

  /** Return the debugged units whose worker has a new address. */
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

/** The part of a Debug Adapter Protocol message that is used here. */
interface AdapterMessage {
  readonly type?: string;
  readonly command?: string;
  readonly event?: string;
}

/**
 * Tells whether the user or the debuggee ended a session.
 *
 * VS Code sends `disconnect` in both cases, but after `terminated` if the
 * worker exited by itself.
 */
export class SessionEnding {
  private terminated = false;
  private disconnected = false;

  /** Whether the user ended the session. */
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
