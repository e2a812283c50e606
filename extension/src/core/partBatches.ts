/** Joins parts that arrive while an earlier one is still on its way. */

export class PartBatches {
  private waiting: { text: string; bytes: number } | undefined;
  private sending: Promise<void> | undefined;

  /** `post` gets the text to add, and the number of all bytes so far. */
  constructor(private readonly post: (text: string, bytes: number) => Promise<void>) {}

  add(text: string, bytes: number): void {
    this.waiting = { text: (this.waiting?.text ?? "") + text, bytes };
    this.sending ??= this.send();
  }

  /** Wait until everything is posted. */
  async flush(): Promise<void> {
    await this.sending;
  }

  private async send(): Promise<void> {
    while (this.waiting) {
      const { text, bytes } = this.waiting;
      this.waiting = undefined;
      await this.post(text, bytes);
    }
    this.sending = undefined;
  }
}
