/** What is wrong with the name of a new function, while it is typed. */

/** Return a sentence, or undefined; the server has the last word. */
export function nameComplaint(path: string): string | undefined {
  const name = path.trim().split("/").pop() ?? "";
  if (!name) return "Enter a name.";
  if (!/^[A-Za-z][\w-]*$/.test(name)) {
    return "Use letters, digits, underscores and hyphens, starting with a letter.";
  }
  return undefined;
}
