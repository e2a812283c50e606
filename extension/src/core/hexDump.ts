/** Bytes as hexadecimal lines, with the characters that they are in ASCII. */

const WIDTH = 16;

/** Return 16 bytes per line; `start` is the offset of the first byte, a multiple of 16. */
export function hexDump(bytes: Uint8Array, start = 0): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += WIDTH) {
    const row = Array.from(bytes.subarray(at, at + WIDTH));
    const offset = (start + at).toString(16).padStart(8, "0");
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0"));
    const columns = `${hex.slice(0, 8).join(" ")}  ${hex.slice(8).join(" ")}`.padEnd(48);
    const text = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "."));
    lines.push(`${offset}  ${columns}  ${text.join("")}\n`);
  }
  return lines.join("");
}
