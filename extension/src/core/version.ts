/** Checks that extension and server have the same version. */

/** Return a message if the two versions differ, else undefined. */
export function explainMismatch(extension: string, server: string | undefined): string | undefined {
  if (server === extension) return undefined;
  return (
    "The Funclens extension and its language server have different versions. " +
    "Reinstall the extension, then reload the window. " +
    `Extension ${extension}, server ${server ?? "unknown version"}`
  );
}
