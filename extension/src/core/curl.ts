/** A command line that sends a request, for a POSIX shell. */

export interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Return `curl …` on one line; nothing in it is open to the shell. */
export function curlCommand(request: CurlRequest): string {
  const words = ["curl"];
  if (request.method !== (request.body ? "POST" : "GET")) words.push("-X", request.method);
  words.push(request.url);
  for (const [name, value] of request.headers) words.push("-H", `${name}: ${value}`);
  if (request.body) words.push("--data-binary", request.body);
  return words.map(quote).join(" ");
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
