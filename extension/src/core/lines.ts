/** Tracks the position of a line through edits. */

/** One edit: the replaced 0-based lines, and the number of inserted line breaks. */
export interface LineEdit {
  readonly startLine: number;
  readonly endLine: number;
  /** End column of the replaced range. */
  readonly endColumn: number;
  readonly breaks: number;
}

/**
 * Return the position of a line after a set of simultaneous edits.
 *
 * All edits refer to lines of the text before them, as VS Code reports them.
 */
export function lineAfter(line: number, edits: readonly LineEdit[]): number {
  return edits.reduce((moved, edit) => {
    const isAbove = edit.endLine < line || (edit.endLine === line && edit.endColumn === 0);
    return isAbove ? moved + edit.breaks - (edit.endLine - edit.startLine) : moved;
  }, line);
}
