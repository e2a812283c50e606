/** Limits restarts of a crashed server, and merges restart requests. */

/** Allows a limited number of restarts in a time span. */
export class RestartPolicy {
  private deaths: number[] = [];

  constructor(
    private readonly most: number,
    private readonly withinMs: number,
    private readonly now: () => number,
  ) {}

  /** Record a crash; return whether to start the server again. */
  allowsAfterDeath(): boolean {
    const now = this.now();
    this.deaths = [...this.deaths.filter((time) => now - time < this.withinMs), now];
    return this.deaths.length <= this.most;
  }

  /** Forget earlier crashes after a manual restart. */
  reset(): void {
    this.deaths = [];
  }
}

/**
 * Runs an action, one at a time. Requests while it runs are merged into one more run.
 *
 * Each request resolves when a run that started after it has finished.
 */
export class Coalescer {
  private running: Promise<void> | undefined;
  private queued: Promise<void> | undefined;

  constructor(private readonly action: () => Promise<void>) {}

  request(): Promise<void> {
    if (!this.running) return this.begin();
    this.queued ??= this.running.then(
      () => this.next(),
      () => this.next(),
    );
    return this.queued;
  }

  private next(): Promise<void> {
    this.queued = undefined;
    return this.begin();
  }

  private begin(): Promise<void> {
    const run = this.action().finally(() => {
      if (this.running === run) this.running = undefined;
    });
    this.running = run;
    return run;
  }
}
