/** Middleware of the language client: results of commands, lenses, code actions. */

import { type CodeLens, Range, type TextDocument, workspace } from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import { withAddress } from "../core/external";
import { type LineEdit, lineAfter } from "../core/lines";
import { ServerCommand } from "../core/protocol";
import type { Debugger } from "./debug";
import { explainFailure } from "./installer";
import type { EnvironmentSetUp } from "./setUp";
import type { Store } from "./store";

/** Return the middleware of every client. */
export function makeMiddleware(
  store: Store,
  debugging: Debugger,
  setUp: EnvironmentSetUp,
): Middleware {
  return {
    /** Show a failed command once, with the server's message. */
    async executeCommand(command, args, next) {
      const [argument] = args as (
        | { readonly id?: unknown; readonly unit?: unknown; readonly replay?: unknown }
        | undefined
      )[];
      const execute = async (name: string, given: unknown[]): Promise<unknown> => {
        try {
          return await next(name, given);
        } catch (error) {
          if (name !== ServerCommand.endDebug) {
            void explainFailure(store, sentence(error), argument?.id);
          }
          return undefined;
        }
      };
      if (command === ServerCommand.setUp) {
        return setUp.run(argument ?? {});
      }
      if (command === ServerCommand.debug && argument?.replay === true) {
        const answer = await execute(command, [{ ...argument, replay: "later" }]);
        const replay = () => execute(ServerCommand.replay, [{ id: argument.id }]);
        if (answer) await debugging.stopWhereItFails(answer, replay);
        return answer;
      }
      const answer = await execute(command, args);
      if (command === ServerCommand.stop) debugging.forget(argument?.unit);
      if (command === ServerCommand.debug) await debugging.attach(answer);
      return answer;
    },
    /** Keep lenses in place while the user types, and show reachable URLs. */
    async provideCodeLenses(document, token, next) {
      const edits = followEdits(document);
      try {
        const lenses = await next(document, token);
        const { local, external } = await store.addresses();
        return lenses?.map((lens) => {
          if (lens.command) lens.command.title = withAddress(lens.command.title, local, external);
          return moved(lens, edits.steps);
        });
      } finally {
        edits.dispose();
      }
    },
    /** Offer the same commands as code actions if lenses are off. */
    async provideCodeActions(document, range, context, token, next) {
      const actions = await next(document, range, context, token);
      const { local, external } = await store.addresses();
      for (const action of actions ?? []) {
        action.title = withAddress(action.title, local, external);
      }
      return actions;
    },
  };
}

/** Record edits of a document from now on. */
function followEdits(document: TextDocument) {
  const steps: LineEdit[][] = [];
  const subscription = workspace.onDidChangeTextDocument((event) => {
    if (event.document !== document) return;
    steps.push(
      event.contentChanges.map(({ range, text }) => ({
        startLine: range.start.line,
        endLine: range.end.line,
        endColumn: range.end.character,
        breaks: text.split("\n").length - 1,
      })),
    );
  });
  return { steps, dispose: () => subscription.dispose() };
}

/** VS Code removes and redraws lenses that are on the wrong line. */
function moved(lens: CodeLens, steps: readonly LineEdit[][]): CodeLens {
  const { start, end } = lens.range;
  const line = steps.reduce(lineAfter, start.line);
  if (line !== start.line) {
    const height = end.line - start.line;
    lens.range = new Range(line, start.character, line + height, end.character);
  }
  return lens;
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
