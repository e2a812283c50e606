/** Output channel with the output of the functions. */

import {
  type Disposable,
  DocumentLink,
  languages,
  type OutputChannel,
  Range,
  type TextDocument,
  Uri,
  window,
} from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { OutputFormatter, placesIn } from "../core/outputLines";
import { OUTPUT, readOutput } from "../core/protocol";

/** Language id of the channel, for its highlighting and links. */
const LANGUAGE = "funclens-output";

export class FunctionOutput implements Disposable {
  private readonly channel: OutputChannel = window.createOutputChannel(
    "Funclens Functions",
    LANGUAGE,
  );
  private readonly links = languages.registerDocumentLinkProvider(
    { language: LANGUAGE },
    { provideDocumentLinks: linksToPlaces },
  );
  private readonly formatter = new OutputFormatter();

  connect(client: LanguageClient): void {
    client.onNotification(OUTPUT, (params: unknown) => {
      this.channel.append(this.formatter.format(readOutput(params).entries));
    });
  }

  /** Flush unfinished lines after the runner stopped. */
  finish(): void {
    const rest = this.formatter.flush();
    if (rest) this.channel.append(rest);
  }

  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.links.dispose();
    this.channel.dispose();
  }
}

function linksToPlaces(document: TextDocument): DocumentLink[] {
  const links: DocumentLink[] = [];
  for (let number = 0; number < document.lineCount; number++) {
    for (const place of placesIn(document.lineAt(number).text)) {
      const range = new Range(number, place.start, number, place.end);
      const target = Uri.file(place.path).with({ fragment: `L${place.line}` });
      links.push(new DocumentLink(range, target));
    }
  }
  return links;
}
