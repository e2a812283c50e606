/** Repeats refreshes of lenses that VS Code has dropped. */

/** Longer than VS Code usually waits before it asks for lenses. */
const PAUSE_MS = 1_500;
const MOST_TRIES = 3;

/**
 * After a refresh, VS Code waits a moment before it asks for lenses. If the text editor loses
 * the focus meanwhile, it doesn't ask until the focus returns, and no event tells of it.
 */
export class LensRefresh {
  private readonly missing = new Set<string>();
  private tries = 0;
  private isWaiting = false;

  constructor(
    /** Return the documents whose lenses are shown. */
    private readonly shown: () => readonly string[],
    /** Refresh the lenses of these documents. */
    private readonly refresh: (documents: readonly string[]) => void,
    private readonly later: (act: () => void, ms: number) => void,
  ) {}

  /** VS Code was told that lenses have changed. */
  refreshed(): void {
    this.missing.clear();
    for (const document of this.shown()) this.missing.add(document);
    this.tries = 0;
    this.wait();
  }

  /** VS Code asks for the lenses of a document. */
  asked(document: string): void {
    this.missing.delete(document);
  }

  private wait(): void {
    if (this.isWaiting || this.missing.size === 0) return;
    this.isWaiting = true;
    this.later(() => {
      this.isWaiting = false;
      this.check();
    }, PAUSE_MS);
  }

  private check(): void {
    const left = this.shown().filter((document) => this.missing.has(document));
    if (left.length === 0 || this.tries === MOST_TRIES) return;
    this.tries += 1;
    this.refresh(left);
    this.wait();
  }
}
