/** Shows the text of a body: folded, highlighted, searchable, and only what is in view. */

import { json } from "@codemirror/lang-json";
import {
  codeFolding,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  syntaxHighlighting,
} from "@codemirror/language";
import {
  highlightSelectionMatches,
  openSearchPanel,
  search,
  searchKeymap,
} from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const COLORS = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--vscode-debugTokenExpression-name)" },
  { tag: tags.string, color: "var(--vscode-debugTokenExpression-string)" },
  { tag: tags.number, color: "var(--vscode-debugTokenExpression-number)" },
  { tag: [tags.bool, tags.null], color: "var(--vscode-debugTokenExpression-boolean)" },
  { tag: tags.invalid, color: "var(--vscode-errorForeground)" },
]);

const language = new Compartment();

const view = new EditorView({
  state: EditorState.create({
    extensions: [
      EditorState.readOnly.of(true),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": "Response body", tabindex: "0" }),
      lineNumbers(),
      codeFolding(),
      foldGutter(),
      highlightSpecialChars(),
      highlightSelectionMatches(),
      search({ top: true }),
      keymap.of([...searchKeymap, ...foldKeymap]),
      syntaxHighlighting(COLORS),
      language.of([]),
    ],
  }),
});

/** Put the viewer on the page. */
export function placeBody(parent: HTMLElement): void {
  parent.append(view.dom);
}

/** Replace what is shown. */
export function showBody(text: string, isJson: boolean): void {
  view.dispatch({
    changes: { from: 0, to: view.state.doc.length, insert: text },
    effects: language.reconfigure(isJson ? json() : []),
    selection: { anchor: 0 },
  });
}

/** Add text at the end. */
export function addToBody(text: string): void {
  view.dispatch({ changes: { from: view.state.doc.length, insert: text } });
}

/** Open the field to search the body. */
export function findInBody(): void {
  openSearchPanel(view);
}
