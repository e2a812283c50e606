/** The output channel with what the functions print. */

import { type Disposable, type OutputChannel, window } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { OutputFormatter } from "../core/output";
import { OUTPUT, parseOutput } from "../core/protocol";

export class FunctionOutput implements Disposable {
  private readonly channel: OutputChannel = window.createOutputChannel("Funclens Functions");
  private readonly formatter = new OutputFormatter();

  connect(client: LanguageClient): void {
    client.onNotification(OUTPUT, (params: unknown) => {
      this.channel.append(this.formatter.format(parseOutput(params)));
    });
  }

  /** The runner has ended: unfinished lines are lines now. */
  finish(): void {
    const rest = this.formatter.flush();
    if (rest) this.channel.append(rest);
  }

  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.channel.dispose();
  }
}
