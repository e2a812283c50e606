/** Edits of `.http` files: rename or remove the request at a line. */

const SEPARATOR = /^#{3,}/;

/** Return the text with another name for the request whose request line is given, 1-based. */
export function renameRequest(text: string, line: number, name: string): string {
  const lines = text.split("\n");
  const title = `### ${name.replace(/\s+/g, " ").trim()}`;
  const begin = beginOf(lines, line);
  const kept = lines.map((each, index) =>
    index >= begin && index < line
      ? each.replace(/^([ \t]*(?:#|\/\/)[ \t]*)@name\b.*/, "$1")
      : each,
  );
  if (SEPARATOR.test(lines[begin] ?? "")) kept[begin] = title;
  else kept.splice(line - 1, 0, title);
  return kept.join("\n");
}

/** Return the text without the request whose request line is given, 1-based. */
export function removeRequest(text: string, line: number): string {
  const lines = text.split("\n");
  const begin = beginOf(lines, line);
  const next = lines.findIndex((each, index) => index >= line && SEPARATOR.test(each));
  const first = SEPARATOR.test(lines[begin] ?? "") ? begin : line - 1;
  lines.splice(first, (next < 0 ? lines.length : next) - first);
  return lines.join("\n");
}

/** Return the index of the separator above a request, or 0. */
function beginOf(lines: readonly string[], line: number): number {
  for (let index = line - 1; index > 0; index -= 1) {
    if (SEPARATOR.test(lines[index] ?? "")) return index;
  }
  return 0;
}
