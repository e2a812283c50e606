/** What happens between the editor and the server: results of commands, fresh views. */

import type { Middleware } from "vscode-languageclient/node";
import { ServerCommand } from "../core/protocol";
import type { Debugger } from "./debug";
import { explainFailure } from "./installer";
import type { Store } from "./store";

/** Return the middleware of every client. */
export function makeMiddleware(store: Store, debugging: Debugger): Middleware {
  return {
    /** A command that failed is said once, in the server's words. */
    async executeCommand(command, args, next) {
      let answer: unknown;
      try {
        answer = await next(command, args);
      } catch (error) {
        const [argument] = args as ({ readonly id?: unknown } | undefined)[];
        if (command !== ServerCommand.endDebug) {
          void explainFailure(store, sentence(error), argument?.id);
        }
        return undefined;
      }
      if (command === ServerCommand.debug) await debugging.attach(answer);
      return answer;
    },
    /** Lenses are asked for whenever the server knows something new. */
    async provideCodeLenses(document, token, next) {
      const lenses = await next(document, token);
      void store.refresh();
      return lenses;
    },
  };
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
