/**
 * What the language server and the extension say to each other, beyond the standard.
 *
 * Values are read with tolerance: unknown fields are ignored, missing ones get a
 * neutral value, so that a newer or older server never breaks a view.
 */

export const RUNNER_CHANGED = "funclens/runnerChanged";
export const OUTPUT = "funclens/output";
export const FUNCTIONS = "funclens/functions";
export const SAMPLES = "funclens/samples";
/** Tells the server what the panel sends, so that it can be sent again. */
export const SENDING = "funclens/sending";
export const SENT = "funclens/sent";

/** Commands of the server; vscode-languageclient registers them under these ids. */
export const ServerCommand = {
  run: "funclens.run",
  debug: "funclens.debug",
  stop: "funclens.stop",
  restart: "funclens.restart",
  call: "funclens.call",
  open: "funclens.open",
  endDebug: "funclens.endDebug",
  replay: "funclens.replay",
  show: "funclens.show",
  showFailure: "funclens.showFailure",
} as const;

/** Commands of the extension that lenses of the server may refer to. */
export const CLIENT_COMMANDS = ["funclens.send", "funclens.showLogs"] as const;

export type RunnerState = "stopped" | "starting" | "running";
export type UnitState = "idle" | "starting" | "ready" | "failed";

/** Where debugpy of a unit's worker listens. */
export interface DebugAddress {
  readonly host: string;
  readonly port: number;
}

/** What fixes a failure: the same as its hint, for programs. */
export interface Remedy {
  readonly code: string;
  readonly interpreter: string;
  readonly package: string | null;
  /** An argument list; empty when nothing surely helps. */
  readonly command: readonly string[];
}

export interface UnitFailure {
  readonly error: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly hint: string;
  readonly remedy: Remedy | null;
}

export interface UnitStatus {
  readonly unit: string;
  readonly state: UnitState;
  readonly debug: DebugAddress | null;
  readonly failure: UnitFailure | null;
}

export interface RunnerStatus {
  readonly state: RunnerState;
  /** Without a trailing slash; empty when stopped. */
  readonly url: string;
  readonly units: readonly UnitStatus[];
}

/** One cloud function; lines and columns are 1-based. */
export interface FunctionInfo {
  readonly id: string;
  readonly name: string;
  readonly endpoint: string;
  readonly deployedName: string | null;
  readonly route: string;
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  readonly source: string;
  /** Relative to `folder`, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  readonly column: number;
  readonly signatureType: string;
  readonly isAsync: boolean;
  readonly trigger: string | null;
  readonly unit: string;
}

export interface Collision {
  readonly endpoint: string;
  readonly functions: readonly string[];
}

export interface Listing {
  readonly functions: readonly FunctionInfo[];
  readonly collisions: readonly Collision[];
  readonly runner: RunnerStatus;
}

/** A request as the server proposes it for an event. */
export interface SampleRequest {
  readonly method: string;
  /** Below the function's route: `/` or a path that carries meaning. */
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  /** Where the sample differs from production, in a sentence; may be empty. */
  readonly advice: string;
}

export interface SampleType {
  readonly name: string;
  readonly title: string;
}

export interface Samples {
  readonly types: readonly SampleType[];
  /** The type that fits the function; empty when it waits for no event. */
  readonly fitting: string;
  readonly request: SampleRequest | undefined;
}

export interface OutputEntry {
  readonly unit: string;
  readonly stream: string;
  readonly text: string;
}

export const STOPPED: RunnerStatus = { state: "stopped", url: "", units: [] };
export const EMPTY: Listing = { functions: [], collisions: [], runner: STOPPED };

type Json = Readonly<Record<string, unknown>>;

/** Read the parameters of `funclens/runnerChanged`. */
export function parseRunner(value: unknown): RunnerStatus {
  const json = asObject(value);
  return {
    state: oneOf(json["state"], ["stopped", "starting", "running"], "stopped"),
    url: asString(json["url"]),
    units: asArray(json["units"]).map(parseUnit),
  };
}

/** Read the answer to `funclens/functions`. */
export function parseListing(value: unknown): Listing {
  const json = asObject(value);
  return {
    functions: asArray(json["functions"]).map(parseFunction),
    collisions: asArray(json["collisions"]).map((item) => {
      const collision = asObject(item);
      return {
        endpoint: asString(collision["endpoint"]),
        functions: asArray(collision["functions"]).map(asString),
      };
    }),
    runner: parseRunner(json["runner"]),
  };
}

/** Read the parameters of `funclens/output`. */
export function parseOutput(value: unknown): OutputEntry[] {
  return asArray(asObject(value)["entries"]).map((item) => {
    const entry = asObject(item);
    return {
      unit: asString(entry["unit"]),
      stream: asString(entry["stream"]),
      text: asString(entry["text"]),
    };
  });
}

/** Read the answer to `funclens/samples`. */
export function parseSamples(value: unknown): Samples {
  const json = asObject(value);
  const request = json["request"] ? asObject(json["request"]) : undefined;
  return {
    types: asArray(json["types"]).map((item) => {
      const type = asObject(item);
      return { name: asString(type["name"]), title: asString(type["title"]) };
    }),
    fitting: asString(json["default"]),
    request: request && {
      method: asString(request["method"]) || "POST",
      path: asString(request["path"]),
      headers: Object.entries(asObject(request["headers"])).map(
        ([name, text]) => [name, asString(text)] as const,
      ),
      body: asString(request["body"]),
      advice: asString(request["advice"]),
    },
  };
}

/** Read what `funclens.debug` answers; undefined when it names no address. */
export function parseDebugTarget(
  value: unknown,
): { readonly unit: string; readonly address: DebugAddress } | undefined {
  const json = asObject(value);
  const address = parseAddress(json);
  const unit = asString(json["unit"]);
  return address && unit ? { unit, address } : undefined;
}

function parseUnit(value: unknown): UnitStatus {
  const json = asObject(value);
  const failure = json["failure"] ? asObject(json["failure"]) : undefined;
  return {
    unit: asString(json["unit"]),
    state: oneOf(json["state"], ["idle", "starting", "ready", "failed"], "idle"),
    debug: parseAddress(asObject(json["debug"])),
    failure: failure
      ? {
          error: asString(failure["error"]),
          file: asString(failure["file"]) || null,
          line: asNumber(failure["line"]) || null,
          hint: asString(failure["hint"]),
          remedy: failure["remedy"] ? parseRemedy(asObject(failure["remedy"])) : null,
        }
      : null,
  };
}

function parseRemedy(json: Json): Remedy {
  return {
    code: asString(json["code"]),
    interpreter: asString(json["interpreter"]),
    package: asString(json["package"]) || null,
    command: asArray(json["command"]).map(asString),
  };
}

function parseFunction(value: unknown): FunctionInfo {
  const json = asObject(value);
  const id = asString(json["id"]);
  return {
    id,
    name: asString(json["name"]),
    endpoint: asString(json["endpoint"]),
    deployedName: asString(json["deployed_name"]) || null,
    route: asString(json["route"]),
    folder: asString(json["folder"]),
    source: asString(json["source"]),
    file: asString(json["file"]),
    line: asNumber(json["line"]),
    endLine: asNumber(json["end_line"]),
    column: asNumber(json["column"]),
    signatureType: asString(json["signature_type"]),
    isAsync: json["is_async"] === true,
    trigger: asString(json["trigger"]) || null,
    unit: asString(json["unit"]) || id.slice(0, Math.max(id.lastIndexOf("."), 0)),
  };
}

function parseAddress(json: Json): DebugAddress | null {
  const port = asNumber(json["port"]);
  return port > 0 ? { host: asString(json["host"]) || "127.0.0.1", port } : null;
}

function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asString(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function asNumber(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], otherwise: T): T {
  return allowed.find((item) => item === value) ?? otherwise;
}
