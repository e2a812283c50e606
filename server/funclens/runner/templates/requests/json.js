// Lays out JSON without changing its values: numbers stay as they came.

const MOST_INDENT = 40;
const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** A piece of text with its class.
 * @typedef {[text: string, kind: string]} Piece */

/** Return the pieces of a JSON text, laid out; null if it is none.
 * @param {string} text @returns {Piece[] | null} */
function jsonPieces(text) {
  try {
    JSON.parse(text);
  } catch {
    return null; // or nested too deeply
  }
  const tokens = text.match(JSON_TOKEN) ?? [];
  /** @type {Piece[]} */
  const pieces = [];
  let depth = 0;
  const newLine = () => `\n${"  ".repeat(Math.min(depth, MOST_INDENT))}`;
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    const after = tokens[index + 1];
    if (token === "{" || token === "[") {
      depth += 1;
      const isEmpty = after === (token === "{" ? "}" : "]");
      pieces.push([isEmpty ? token : token + newLine(), ""]);
    } else if (token === "}" || token === "]") {
      depth -= 1;
      const isEmpty = before === (token === "}" ? "{" : "[");
      pieces.push([isEmpty ? token : newLine() + token, ""]);
    } else if (token === ",") pieces.push([`,${newLine()}`, ""]);
    else if (token === ":") pieces.push([": ", ""]);
    else if (token.startsWith('"')) pieces.push([token, after === ":" ? "key" : "string"]);
    else pieces.push([token, /^[-\d]/.test(token) ? "number" : "word"]);
  }
  return pieces;
}

/** @param {Piece[]} pieces */
function highlighted(pieces) {
  const part = document.createDocumentFragment();
  for (const [text, kind] of pieces) {
    part.append(kind ? make("span", { class: `json-${kind}` }, text) : printable(text));
  }
  return part;
}
