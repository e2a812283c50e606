/** The `funclens` debug type in launch.json: resolving, completion, initial configurations. */

import {
  CompletionItem,
  CompletionItemKind,
  type DebugConfiguration,
  DebugConfigurationProviderTriggerKind,
  Disposable,
  debug,
  InlineValueVariableLookup,
  languages,
  Range,
  window,
} from "vscode";
import { DEBUG_TYPE, OURS_IS_NOT_YOURS } from "../core/debugSessions";
import { variablesOfFrame } from "../core/inlineValues";
import { chooseUnits, functionsValueAt, launchTargets } from "../core/launch";
import type { Store } from "./store";

const ALL: DebugConfiguration = {
  type: DEBUG_TYPE,
  request: "launch",
  name: "Debug Cloud Functions",
  functions: "all",
};

/** Register completion and other support for launch.json. */
export function registerLaunchJson(store: Store): Disposable {
  return Disposable.from(
    debug.registerDebugConfigurationProvider(DEBUG_TYPE, {
      provideDebugConfigurations: () => [ALL],
      resolveDebugConfiguration: (_folder, configuration) => resolve(store, configuration),
    }),
    debug.registerDebugConfigurationProvider(
      DEBUG_TYPE,
      { provideDebugConfigurations: () => configurationsOfUnits(store) },
      DebugConfigurationProviderTriggerKind.Dynamic,
    ),
    languages.registerCompletionItemProvider(
      { pattern: "**/.vscode/launch.json" },
      {
        async provideCompletionItems(document, position) {
          const found = functionsValueAt(document.getText(), document.offsetAt(position));
          if (!found) return [];
          await store.load();
          const { start, end } = found;
          const range = new Range(document.positionAt(start), document.positionAt(end));
          return completions(store, range);
        },
      },
      '"',
    ),
    languages.registerInlineValuesProvider(
      { language: "python" },
      {
        provideInlineValues(document, viewport, context) {
          if (debug.activeDebugSession?.type !== DEBUG_TYPE) return [];
          const stopped = context.stoppedLocation.end.line;
          const lines = document.getText(new Range(0, 0, stopped + 1, 0)).split(/\r?\n/);
          const shown = (line: number) => viewport.start.line <= line && line <= viewport.end.line;
          return variablesOfFrame(lines.slice(0, stopped + 1)).flatMap((names, line) =>
            !shown(line)
              ? []
              : names.map(
                  ({ name, start, end }) =>
                    new InlineValueVariableLookup(new Range(line, start, line, end), name),
                ),
          );
        },
      },
    ),
  );
}

/** Turn a launch into an attach request; the address is determined on connect. */
async function resolve(
  store: Store,
  configuration: DebugConfiguration,
): Promise<DebugConfiguration | undefined> {
  if (configuration.request === "attach" && configuration["port"]) return configuration;
  await store.load();
  const chosen = chooseUnits(store.current, configuration["functions"]);
  if (chosen.kind === "problem") {
    void window.showErrorMessage(chosen.message);
    return undefined;
  }
  return {
    ...ALL,
    justMyCode: true,
    redirectOutput: true,
    ...configuration,
    request: "attach",
    subProcess: false,
    rules: OURS_IS_NOT_YOURS,
    units: chosen.units,
    unit: chosen.units[0]?.unit,
  };
}

async function configurationsOfUnits(store: Store): Promise<DebugConfiguration[]> {
  await store.load();
  const units = [...new Set(store.current.functions.map((fn) => fn.unit))];
  return units.map((unit) => ({ ...ALL, name: `Debug ${unit}`, functions: unit }));
}

function completions(store: Store, range: Range): CompletionItem[] {
  return launchTargets(store.current).map(({ text, detail }, index) => {
    const item = new CompletionItem(text, CompletionItemKind.Value);
    item.detail = detail;
    item.filterText = item.insertText = JSON.stringify(text);
    item.sortText = `!${String(index).padStart(6, "0")}`; // before all that others offer
    item.range = range;
    return item;
  });
}
