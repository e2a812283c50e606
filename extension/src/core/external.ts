/**
 * The runner's address as it is reached from where the person sits.
 *
 * Functions may run on another machine than the editor's window: over SSH, in WSL, in
 * a container, in a browser. Requests of the extension go to the runner itself; what
 * is shown and opened goes through here.
 */

/** Returns an address as it is reached from the person's machine. */
export type Reach = (url: string) => Promise<string>;

export class ExternalAddress {
  private local = "";
  private reached: Promise<string> = Promise.resolve("");

  constructor(private readonly reach: Reach) {}

  /** Return the address without a trailing slash; the runner's own if none is found. */
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

/** Return a text in which addresses of the runner are those that a person reaches. */
export function withAddress(text: string, local: string, external: string): string {
  return local && local !== external ? text.replaceAll(`${local}/`, `${external}/`) : text;
}
