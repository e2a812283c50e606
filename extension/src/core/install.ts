/** Plans the installation that the runner proposes for a unit that does not load. */

import type { RunnerStatus } from "./protocol";

/** A command that a person can have run in a terminal. */
export interface Installation {
  readonly unit: string;
  readonly python: string;
  readonly args: readonly string[];
}

/** Return how to install what a failed unit lacks; undefined when nothing is proposed. */
export function installationFor(runner: RunnerStatus, unit: string): Installation | undefined {
  const failure = runner.units.find((item) => item.unit === unit)?.failure;
  const [python, ...args] = failure?.remedy?.command ?? [];
  return python ? { unit, python, args } : undefined;
}
