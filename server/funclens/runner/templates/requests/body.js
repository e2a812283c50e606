// A body: laid out, as a picture, or in hexadecimal. Never as a page: nothing acts.

const MOST_SHOWN = 100_000;
const MOST_HIGHLIGHTED = 20_000;
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
  const pieces =
    /json|^$|text\/plain/.test(type) && /^\s*[[{"]/.test(text) ? jsonPieces(text) : null;
  const code = make("code");
  const pre = make("pre", { tabindex: "0", "aria-label": "Body" }, code);
  shown.append(pre);
  if (type === "image/svg+xml") showPicture(shown, `data:${type},${encodeURIComponent(text)}`);
  const lay = (/** @type {boolean} */ isRaw) => {
    const laid = pieces && !isRaw ? pieces.map(([part]) => part).join("") : text;
    if (pieces && !isRaw && laid.length <= MOST_HIGHLIGHTED)
      code.replaceChildren(highlighted(pieces));
    else fillCode(code, shown, laid.replaceAll("\r\n", "\n"));
  };
  lay(false);
  if (pieces) {
    const toggle = makeButton("Raw", () => {
      const isRaw = toggle.getAttribute("aria-pressed") !== "true";
      toggle.setAttribute("aria-pressed", `${isRaw}`);
      lay(isRaw);
    });
    toggle.setAttribute("aria-pressed", "false");
    bar.append(toggle);
  }
  bar.append(makeCopy(() => text));
}

/** @param {() => string} text */
function makeCopy(text) {
  return makeButton("Copy", async () =>
    say(
      (await toClipboard(text())) ? "Copied" : "Copying is blocked here; select the text instead",
    ),
  );
}

/** Show the beginning of a long text, and the rest when asked.
 * @param {HTMLElement} code @param {HTMLElement} shown @param {string} text */
function fillCode(code, shown, text) {
  code.textContent = printable(text.slice(0, MOST_SHOWN));
  shown.querySelector(".more")?.remove();
  if (text.length <= MOST_SHOWN) return;
  const more = makeButton(`Show all ${text.length.toLocaleString()} characters`, () => {
    code.textContent = printable(text);
    more.remove();
  });
  more.classList.add("more");
  shown.append(more);
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
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
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
