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
 * Return the names that may be variables of the frame that is stopped at the last line, for
 * each line of a text.
 *
 * Those are in lines of the innermost function around it: another function's variables have
 * other values, or none. Excluded are attributes and their objects, called names, keyword
 * arguments, strings, comments, imports and decorators.
 */
export function variablesOfFrame(lines: readonly string[]): NameInLine[][] {
  const codes = codeOf(lines);
  const { owners, parents } = ownersOf(codes);
  // A frame that is stopped at a `def` runs the block around it.
  const frame = parents.get(codes.length - 1) ?? owners.at(-1);
  return codes.map(({ code }, line) =>
    owners[line] !== frame || /^\s*(?:import\b|from\b|@)/.test(code) ? [] : namesIn(code),
  );
}

/** A line with strings and comments replaced by spaces, and whether it begins in a string. */
interface Code {
  readonly code: string;
  readonly inString: boolean;
}

function codeOf(lines: readonly string[]): Code[] {
  let open = "";
  return lines.map((line) => {
    const inString = open !== "";
    const blank = blankOut(line, open);
    open = blank.open;
    return { code: blank.code, inString };
  });
}

/**
 * Return the line of the `def` or `class` that each line is in, -1 at the top of the module,
 * and the same for the block around each of them.
 *
 * The parameters of a function are its own; a continued or empty line goes with the line
 * before it.
 */
function ownersOf(codes: readonly Code[]) {
  const parents = new Map<number, number>();
  const blocks: { readonly indent: number; readonly line: number }[] = [];
  let depth = 0;
  let isContinued = false;
  const owners = codes.map(({ code, inString }, line) => {
    const text = code.trim();
    if (text && depth === 0 && !isContinued && !inString) {
      const indent = code.length - code.trimStart().length;
      while ((blocks.at(-1)?.indent ?? -1) >= indent) blocks.pop();
      if (/^(?:async\s+def|def|class)\b/.test(text)) {
        parents.set(line, blocks.at(-1)?.line ?? -1);
        blocks.push({ indent, line });
      }
    }
    for (const [sign] of text.matchAll(/[()[\]{}]/g)) {
      depth = Math.max(0, depth + ("([{".includes(sign) ? 1 : -1));
    }
    isContinued = text.endsWith("\\");
    return blocks.at(-1)?.line ?? -1;
  });
  return { owners, parents };
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
