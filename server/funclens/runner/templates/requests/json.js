// Lays out JSON without changing its values: numbers stay as they came.

const MOST_INDENT = 40;
/** A text that is this many times longer when laid out is nested for its own sake. */
const MOST_GROWTH = 8;
const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** A piece of text with its class.
 * @typedef {[text: string, kind: string]} Piece */

/** @param {string} text */
function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // or nested too deeply
  }
}

/** Yield the pieces of a valid JSON text, laid out.
 * @param {string} text @returns {Generator<Piece>} */
function* jsonPieces(text) {
  const tokens = text.matchAll(JSON_TOKEN);
  let depth = 0;
  let before = "";
  let token = tokens.next().value?.[0];
  while (token !== undefined) {
    const after = tokens.next().value?.[0];
    if (token === "{" || token === "[") depth += 1;
    if (token === "}" || token === "]") depth -= 1;
    yield [pieceOf(token, before, after, depth), kindOfToken(token, after)];
    before = token;
    token = after;
  }
}

/** Return a token with the white space around it.
 * @param {string} token @param {string} before @param {string | undefined} after
 * @param {number} depth of nesting after the token */
function pieceOf(token, before, after, depth) {
  const newLine = `\n${"  ".repeat(Math.min(depth, MOST_INDENT))}`;
  if (token === "{") return after === "}" ? token : token + newLine;
  if (token === "[") return after === "]" ? token : token + newLine;
  if (token === "}") return before === "{" ? token : newLine + token;
  if (token === "]") return before === "[" ? token : newLine + token;
  if (token === ",") return token + newLine;
  return token === ":" ? ": " : token;
}

/** @param {string} token @param {string | undefined} after */
function kindOfToken(token, after) {
  if (/^[{}[\],:]/.test(token)) return "";
  if (token.startsWith('"')) return after === ":" ? "key" : "string";
  return /^[-\d]/.test(token) ? "number" : "word";
}

/** Return the first pieces, up to a number of characters.
 * @param {string} text @param {number} most */
function firstPieces(text, most) {
  const pieces = [];
  let length = 0;
  for (const piece of jsonPieces(text)) {
    pieces.push(piece);
    length += piece[0].length;
    if (length > most) return { pieces, isWhole: false };
  }
  return { pieces, isWhole: true };
}

/** @param {Piece[]} pieces */
function highlighted(pieces) {
  const part = document.createDocumentFragment();
  for (const [text, kind] of pieces) {
    part.append(kind ? make("span", { class: `json-${kind}` }, text) : printable(text));
  }
  return part;
}

/** Return all of a text, laid out; as it is, if that would make it far longer.
 * @param {string} text */
function laidOut(text) {
  const parts = [];
  let left = text.length * MOST_GROWTH + MOST_INDENT;
  for (const [piece] of jsonPieces(text)) {
    parts.push(piece);
    left -= piece.length;
    if (left < 0) return text;
  }
  return parts.join("");
}
