/** When a server that died is started again, and how requests to restart are joined. */

/** Allows a bounded number of restarts within a span of time. */
export class RestartPolicy {
  private deaths: number[] = [];

  constructor(
    private readonly most: number,
    private readonly withinMs: number,
    private readonly now: () => number,
  ) {}

  /** Note a death; return whether the server is worth another start. */
  allowsAfterDeath(): boolean {
    const now = this.now();
    this.deaths = [...this.deaths.filter((time) => now - time < this.withinMs), now];
    return this.deaths.length <= this.most;
  }

  /** Forget earlier deaths: somebody asked for a fresh start. */
  reset(): void {
    this.deaths = [];
  }
}

/**
 * Runs an action, one at a time: while it runs, further requests become one more run.
 *
 * Everyone who asked is told when a run that began after their request is over.
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
