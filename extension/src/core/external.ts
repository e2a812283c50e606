/**
 * Externally reachable addresses of the runner.
 *
 * The runner may be on another machine than the editor's window: over SSH, in WSL, in
 * a container, or with VS Code in a browser. The extension sends requests to the runner
 * directly; URLs that are shown or opened are translated here.
 */

/** Translates an address to one that is reachable from the user's machine. */
export type Reach = (url: string) => Promise<string>;

export class ExternalAddress {
  private local = "";
  private reached: Promise<string> = Promise.resolve("");

  constructor(private readonly reach: Reach) {}

  /** Return the translated address without a trailing slash, or the original. */
  of(url: string): Promise<string> {
    if (url !== this.local) {
      this.local = url;
      this.reached = url ? this.resolve(url) : Promise.resolve("");
    }
    return this.reached;
  }

  private async resolve(url: string): Promise<string> {
    try {
      return (await this.reach(url)).replace(/\/$/, "");
    } catch {
      return url;
    }
  }
}

/** Replace addresses of the runner in a text by reachable ones. */
export function withAddress(text: string, local: string, external: string): string {
  return local && local !== external ? text.replaceAll(`${local}/`, `${external}/`) : text;
}
