/** Responses as documents of the editor, which can't be changed. */

import {
  commands,
  Disposable,
  type TextDocumentContentProvider,
  Uri,
  window,
  workspace,
} from "vscode";

const SCHEME = "funclens-response";

export class ResponseDocuments implements TextDocumentContentProvider, Disposable {
  private readonly texts = new Map<string, string>();
  private made = 0;
  private readonly subscriptions = Disposable.from(
    workspace.registerTextDocumentContentProvider(SCHEME, this),
    workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme === SCHEME) this.texts.delete(uri.path);
    }),
  );

  provideTextDocumentContent(uri: Uri): string {
    return this.texts.get(uri.path) ?? "";
  }

  async open(name: string, text: string): Promise<void> {
    const document = await workspace.openTextDocument(this.add(name, text));
    await window.showTextDocument(document, { preview: false });
  }

  async compare(title: string, name: string, before: string, after: string): Promise<void> {
    await commands.executeCommand(
      "vscode.diff",
      this.add(name, before),
      this.add(name, after),
      title,
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private add(name: string, text: string): Uri {
    this.made += 1;
    const uri = Uri.from({ scheme: SCHEME, path: `/${this.made}/${name}` });
    this.texts.set(uri.path, text);
    return uri;
  }
}
