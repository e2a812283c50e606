/** Whether the extension and the server that it reached belong together. */

/** Return a sentence when the two versions differ; undefined when they are equal. */
export function explainMismatch(extension: string, server: string | undefined): string | undefined {
  if (server === extension) return undefined;
  return (
    "The Funclens extension and its language server have different versions. " +
    "Reinstall the extension, then reload the window. " +
    `Extension ${extension}, server ${server ?? "unknown version"}`
  );
}
