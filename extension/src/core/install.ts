/** Plans the installation that the runner suggests for a unit that failed to load. */

import type { RunnerStatus } from "./protocol";

/** A command to run in a terminal. */
export interface Installation {
  readonly unit: string;
  /** The interpreter to install into. */
  readonly interpreter: string;
  readonly program: string;
  readonly args: readonly string[];
}

/** Return how to install what a failed unit lacks, or undefined. */
export function installationFor(runner: RunnerStatus, unit: string): Installation | undefined {
  const failure = runner.units.find((item) => item.unit === unit)?.failure;
  const [program, ...args] = failure?.remedy?.command ?? [];
  const interpreter = failure?.remedy?.interpreter ?? "";
  return program ? { unit, interpreter, program, args } : undefined;
}
