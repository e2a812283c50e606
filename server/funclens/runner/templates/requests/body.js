// A body: laid out, as a picture, or in hexadecimal. Never as a page: nothing acts.

const MOST_SHOWN = 50_000;
const MOST_HIGHLIGHTED = 20_000;
const BLOCK = 10_000;
const MOST_HEX_BYTES = 4_096;
const MOST_PIXELS = 40_000_000;
const PICTURES = /^image\/(?:png|jpeg|gif|webp|avif|svg\+xml|bmp|x-icon|vnd\.microsoft\.icon)$/;

/** `size` is in bytes, as received.
 * @typedef {{headers: [string, string][], body: {text?: string, base64?: string},
 *   size: number, truncated: boolean}} Message */

/** @param {Message} message @param {string} name */
function headerOf({ headers }, name) {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
}

/** Render the body of a message with what can be done with it.
 * @param {Message} message @param {string} name of the file, if it is saved */
function bodyPart(message, name) {
  const { text, base64 } = message.body;
  if (!message.size && !text && !base64) return make("p", { class: "note" }, "No body");
  const type = headerOf(message, "content-type").split(";")[0]?.trim().toLowerCase() ?? "";
  const shown = make("div", { class: "body" });
  const bar = make("div", { class: "body-bar" }, make("span", {}, bodyFacts(message, type)));
  if (base64 === undefined) fillText(shown, bar, text ?? "", type);
  else fillBytes(shown, bar, base64, type, message.truncated);
  const content = () => (base64 === undefined ? (text ?? "") : bytesOf(base64));
  bar.append(makeButton("Download", () => saveAs(content(), name)));
  return make("div", { class: "body-part" }, bar, shown);
}

/** @param {Message} message @param {string} type */
function bodyFacts({ size: bytes, truncated }, type) {
  const facts = [type || "no content type", size(bytes)];
  if (truncated) facts.push("only the beginning was kept");
  return facts.join(" · ");
}

/** @param {HTMLElement} shown @param {HTMLElement} bar @param {string} text @param {string} type */
function fillText(shown, bar, text, type) {
  const mayBeJson = /json|^$|text\/plain/.test(type) && /^\s*[[{"]/.test(text);
  const hasLayout = mayBeJson && isJson(text);
  const code = make("code");
  shown.append(make("pre", { tabindex: "0", "aria-label": "Body" }, code));
  if (type === "image/svg+xml") {
    if (isPlainSvg(text)) showPicture(shown, `data:${type},${encodeURIComponent(text)}`);
    else bar.append(make("span", { class: "note" }, "complex SVG, shown as text"));
  }
  const lay = (/** @type {boolean} */ isRaw) => {
    const first = hasLayout && !isRaw ? firstPieces(text, MOST_HIGHLIGHTED) : null;
    if (first) code.replaceChildren(highlighted(first.pieces));
    else code.textContent = printable(linesOf(text.slice(0, MOST_SHOWN)));
    shown.querySelector(".more")?.remove();
    if (first ? first.isWhole : text.length <= MOST_SHOWN) return;
    const all = () => (first ? laidOut(text) : linesOf(text));
    shown.append(moreButton(code, text.length, all));
  };
  lay(false);
  if (hasLayout) {
    const toggle = makeButton("Raw", () => {
      const isRaw = toggle.getAttribute("aria-pressed") !== "true";
      toggle.setAttribute("aria-pressed", `${isRaw}`);
      lay(isRaw);
    });
    toggle.setAttribute("aria-pressed", "false");
    bar.append(toggle);
  }
  bar.append(makeCopy(text));
}

/** Tell whether an SVG refers to nothing: references among its parts can make few bytes
 * take hours to draw.
 * @param {string} text */
function isPlainSvg(text) {
  return (
    text.length <= MOST_SHOWN &&
    !/<!|&(?!#?\w{1,8};)|<[\w.-]*:|href|url\(|<(?:fe|use|image|script)/i.test(text)
  );
}

/** @param {string} text */
function linesOf(text) {
  return text.replaceAll("\r\n", "\n");
}

/** @param {string} text */
function makeCopy(text) {
  return makeButton("Copy", async () => {
    const isCopied = await toClipboard(text);
    say(isCopied ? "Copied" : "Copying is blocked here; select the text instead");
  });
}

/** Return a button that shows all of a text; what isn't in view costs nothing.
 * @param {HTMLElement} code @param {number} length @param {() => string} all */
function moreButton(code, length, all) {
  const more = makeButton(`Show all ${length.toLocaleString()} characters`, () => {
    code.replaceChildren(...blocksOf(all()).map((text) => make("span", { class: "block" }, text)));
    more.remove();
  });
  more.classList.add("more");
  return more;
}

/** Split a text, at the ends of lines if they are near.
 * @param {string} text */
function blocksOf(text) {
  const blocks = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\n", at + BLOCK);
    const next = end < 0 || end > at + 2 * BLOCK ? at + BLOCK : end + 1;
    blocks.push(text.slice(at, next));
    at = next;
  }
  return blocks;
}

/** @param {HTMLElement} shown @param {HTMLElement} bar @param {string} base64
 * @param {string} type @param {boolean} isCut */
function fillBytes(shown, bar, base64, type, isCut) {
  const bytes = bytesOf(base64);
  if (PICTURES.test(type) && !isCut && pixelsOf(bytes) <= MOST_PIXELS) {
    showPicture(shown, `data:${type};base64,${base64}`);
    return;
  }
  const code = make("code", {}, hexOf(bytes.subarray(0, MOST_HEX_BYTES)));
  shown.append(
    make("pre", { class: "hex", tabindex: "0", "aria-label": "Body in hexadecimal" }, code),
  );
  if (bytes.length <= MOST_HEX_BYTES) return;
  bar.append(make("span", { class: "note" }, `first ${size(MOST_HEX_BYTES)} shown`));
}

/** Show a picture. As an image, SVG runs no script and loads nothing.
 * @param {HTMLElement} shown @param {string} address */
function showPicture(shown, address) {
  const picture = make("img", { alt: "The body as a picture" });
  picture.addEventListener("error", () => {
    picture.replaceWith(make("p", { class: "note" }, "Not a valid picture"));
  });
  picture.src = address;
  shown.prepend(picture);
}

/** Return the pixels that a PNG or GIF claims: few bytes may decode to gigabytes.
 * @param {Uint8Array} bytes */
function pixelsOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 24 && view.getUint32(0) === 0x89504e47) {
    return view.getUint32(16) * view.getUint32(20);
  }
  if (bytes.length >= 10 && view.getUint32(0) === 0x47494638) {
    return view.getUint16(6, true) * view.getUint16(8, true);
  }
  return 0;
}

/** @param {string} base64 */
function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** @param {Uint8Array} bytes */
function hexOf(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const part = [...bytes.subarray(at, at + 16)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = part.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "."));
    lines.push(`${at.toString(16).padStart(8, "0")}  ${hex.padEnd(47)}  ${text.join("")}`);
  }
  return lines.join("\n");
}
