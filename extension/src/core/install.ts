/** Offers to install what a unit lacks: reads the runner's hint, plans a command. */

import type { RunnerStatus, UnitFailure } from "./protocol";

/** A command that a person can have run in a terminal. */
export interface Installation {
  readonly unit: string;
  readonly python: string;
  readonly args: readonly string[];
}

/**
 * Return how to install what the failed unit lacks; undefined when that is not why
 * it failed.
 */
export function installationFor(runner: RunnerStatus, unit: string): Installation | undefined {
  const failure = runner.units.find((item) => item.unit === unit)?.failure;
  const plan = failure ? planFrom(failure) : undefined;
  return plan && { unit, ...plan };
}

function planFrom(failure: UnitFailure): Omit<Installation, "unit"> | undefined {
  const command = /: (.+) -m pip install (-r )?(.+)$/.exec(failure.hint);
  if (command?.[1] && command[3]) {
    const what = command[2] ? ["-r", command[3]] : [command[3]];
    return { python: command[1], args: ["-m", "pip", "install", ...what] };
  }
  const lacking = /^Install the package that provides (\S+) for: (.+)$/.exec(failure.hint);
  if (lacking?.[1] && lacking[2]) {
    return { python: lacking[2], args: ["-m", "pip", "install", packageFor(lacking[1])] };
  }
  return undefined;
}

/** Modules of Google's libraries whose package has another name. */
const PACKAGES: Record<string, string> = {
  cloudevents: "cloudevents",
  firebase_admin: "firebase-admin",
  firebase_functions: "firebase-functions",
  functions_framework: "functions-framework",
  yaml: "PyYAML",
};

/** Return the package that most likely provides a module. */
function packageFor(module: string): string {
  return PACKAGES[module] ?? module.replaceAll("_", "-");
}
