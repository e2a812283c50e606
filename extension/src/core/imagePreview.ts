/** Decides whether an image can be shown without harm. */

import { imageSize } from "image-size";

/** Larger files and images are left to the editor. */
export const MOST_IMAGE_BYTES = 5_000_000;
const MOST_PIXELS = 40_000_000;

const SHOWN = /^image\/(?:png|jpeg|gif|webp|bmp|avif|x-icon|vnd\.microsoft\.icon)/;

export function isImage(contentType: string): boolean {
  return SHOWN.test(contentType);
}

/** Return a `data:` URL for an image, or undefined if it is none or too large. */
export function imageUrl(contentType: string, bytes: Uint8Array): string | undefined {
  const [type = ""] = contentType.split(";");
  if (!isImage(type) || bytes.length > MOST_IMAGE_BYTES) return undefined;
  try {
    const { width, height } = imageSize(bytes);
    if (width * height > MOST_PIXELS) return undefined;
  } catch {
    return undefined;
  }
  return `data:${type.trim()};base64,${Buffer.from(bytes).toString("base64")}`;
}
