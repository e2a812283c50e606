/** Names of variables in lines of Python, for values beside the code while debugging. */

const KEYWORDS = new Set(
  (
    "False None True and as assert async await break case class continue def del elif else " +
    "except finally for from global if import in is lambda match nonlocal not or pass raise " +
    "return self try while with yield"
  ).split(" "),
);

export interface NameInLine {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Return the plain names in a line that may be variables.
 *
 * No attributes, no names that are called or given as keywords, nothing in texts
 * and comments; none in imports and decorators.
 */
export function variablesIn(line: string): NameInLine[] {
  if (/^\s*(?:import\b|from\b|@)/.test(line)) return [];
  const bare = line
    .replace(/(["'])(?:\\.|(?!\1).)*\1/g, (text) => " ".repeat(text.length))
    .replace(/#.*$/, "");
  const found: NameInLine[] = [];
  for (const match of bare.matchAll(/(?<![\w.])[A-Za-z_]\w*/g)) {
    const name = match[0];
    const end = match.index + name.length;
    const next = bare.slice(end).trimStart();
    const isKeyword =
      next.startsWith("=") && !next.startsWith("==") && bare[match.index - 1] === "(";
    if (KEYWORDS.has(name) || next.startsWith("(") || isKeyword) continue;
    found.push({ name, start: match.index, end });
  }
  return found;
}
