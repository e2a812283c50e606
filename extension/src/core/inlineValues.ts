/** Finds variable names in lines of Python, for inline values while debugging. */

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
 * Return the names that may be variables, for each line of a text.
 *
 * Excluded are attributes and their objects, called names, keyword
 * arguments, strings, comments, imports and decorators.
 */
export function variablesIn(lines: readonly string[]): NameInLine[][] {
  let open = "";
  return lines.map((line) => {
    const blank = blankOut(line, open);
    open = blank.open;
    return /^\s*(?:import\b|from\b|@)/.test(blank.code) ? [] : namesIn(blank.code);
  });
}

/** Replace strings and comments by spaces; `open` is the quote of a multi-line string. */
function blankOut(line: string, open: string): { readonly code: string; readonly open: string } {
  let code = "";
  let rest = line;
  let quote = open;
  while (rest) {
    if (quote) {
      const end = rest.indexOf(quote);
      if (end < 0) return { code: code.padEnd(line.length), open: quote };
      code += " ".repeat(end + quote.length);
      rest = rest.slice(end + quote.length);
      quote = "";
      continue;
    }
    const next = /"""|'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|#.*/.exec(rest);
    if (!next) break;
    code += rest.slice(0, next.index) + " ".repeat(next[0].length);
    rest = rest.slice(next.index + next[0].length);
    if (next[0] === '"""' || next[0] === "'''") quote = next[0];
  }
  return { code: code + rest, open: quote };
}

function namesIn(code: string): NameInLine[] {
  const found: NameInLine[] = [];
  for (const match of code.matchAll(/(?<![\w.])[A-Za-z_]\w*/g)) {
    const name = match[0];
    const end = match.index + name.length;
    const next = code.slice(end).trimStart();
    const isKeyword = /^=(?!=)/.test(next) && /[(,]\s*$/.test(code.slice(0, match.index));
    if (KEYWORDS.has(name) || /^[(.]/.test(next) || isKeyword) continue;
    found.push({ name, start: match.index, end });
  }
  return found;
}
