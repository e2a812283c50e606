/** Connects a language client with the repetition of refreshes that VS Code drops. */

import { type Disposable, type EventEmitter, type TextDocument, window } from "vscode";
import { CodeLensRequest, type LanguageClient, State } from "vscode-languageclient/node";
import { LensRefresh } from "../core/lensRefresh";

/** Return what is to be called when VS Code asks for the lenses of a document. */
export function repeatRefreshes(client: LanguageClient): (document: TextDocument) => void {
  const known = new Set<EventEmitter<void>>();
  const subscriptions: Disposable[] = [];
  let isOwn = false;
  const emitterOf = (document: TextDocument) =>
    client.getFeature(CodeLensRequest.method)?.getProvider(document)?.onDidChangeCodeLensEmitter;
  const documents = () => window.visibleTextEditors.map(({ document }) => document);
  const lenses = new LensRefresh(
    () =>
      documents()
        .filter(emitterOf)
        .map(({ uri }) => uri.toString()),
    (missing) => {
      const emitters = documents()
        .filter(({ uri }) => missing.includes(uri.toString()))
        .map(emitterOf);
      isOwn = true;
      for (const emitter of new Set(emitters)) emitter?.fire();
      isOwn = false;
    },
    (act, ms) => setTimeout(act, ms),
  );
  const listen = () => {
    for (const emitter of documents().map(emitterOf)) {
      if (!emitter || known.has(emitter)) continue;
      known.add(emitter);
      subscriptions.push(emitter.event(() => isOwn || lenses.refreshed()));
    }
  };
  subscriptions.push(
    window.onDidChangeVisibleTextEditors(listen),
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) listen();
      if (newState !== State.Stopped) return;
      for (const subscription of subscriptions.splice(0)) subscription.dispose();
    }),
  );
  return (document) => {
    listen(); // the server may have registered lenses after the editor was opened
    lenses.asked(document.uri.toString());
  };
}
