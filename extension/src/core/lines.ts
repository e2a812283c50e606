/** Where a line is after edits. */

/** One edit: what it replaced, by 0-based lines, and how many line breaks it put there. */
export interface LineEdit {
  readonly startLine: number;
  readonly endLine: number;
  /** Column of the end of what was replaced. */
  readonly endColumn: number;
  readonly breaks: number;
}

/**
 * Return where a line is after one step of edits.
 *
 * The edits of a step all name lines of the text before it, as the editor tells them.
 */
export function lineAfter(line: number, edits: readonly LineEdit[]): number {
  return edits.reduce((moved, edit) => {
    const isAbove = edit.endLine < line || (edit.endLine === line && edit.endColumn === 0);
    return isAbove ? moved + edit.breaks - (edit.endLine - edit.startLine) : moved;
  }, line);
}
