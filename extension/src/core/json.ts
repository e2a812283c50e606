/** Formats JSON without changing values: numbers, escapes and order are kept. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[^\s",:[\]{}]+|[,:[\]{}]|"/g;
const INDENT = "  ";

/** Deeper lines get no further indentation, or the text would grow quadratically. */
const MOST_INDENTED = 32;

/** JSON with one member per line. */
export interface JsonLayout {
  readonly text: string;
  /** Levels of nesting. */
  readonly depth: number;
}

/** Return JSON with one member per line, or undefined if the text is invalid. */
export function formatJson(text: string): string | undefined {
  return jsonError(text) === undefined ? layOutJson(text).text : undefined;
}

/** Return what is wrong with a text that should be JSON, or undefined. */
export function jsonError(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Lay out a text that may be the beginning of JSON, or contain what JSON doesn't have. */
export function layOutJson(text: string): JsonLayout {
  const tokens = text.match(TOKEN) ?? [];
  const parts: string[] = [];
  let depth = 0;
  let deepest = 0;
  const line = () => `\n${INDENT.repeat(Math.min(Math.max(depth, 0), MOST_INDENTED))}`;
  tokens.forEach((token, index) => {
    const next = tokens[index + 1];
    if (token === "{" || token === "[") {
      depth += 1;
      deepest = Math.max(depth, deepest);
      parts.push(token);
      if (next !== "}" && next !== "]") parts.push(line());
    } else if (token === "}" || token === "]") {
      depth -= 1;
      const previous = tokens[index - 1];
      if (previous !== "{" && previous !== "[") parts.push(line());
      parts.push(token);
    } else if (token === ",") {
      parts.push(token, line());
    } else {
      parts.push(token === ":" ? ": " : token);
    }
  });
  return { text: parts.join(""), depth: deepest };
}
