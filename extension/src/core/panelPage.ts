/** The page of the request panel. */

import { FORM } from "./formPage";
import { RESPONSE } from "./responsePage";

export interface PageParts {
  readonly nonce: string;
  /** Source of the extension's own files, for the content security policy. */
  readonly source: string;
  readonly script: string;
  readonly styles: readonly string[];
}

/**
 * Return the panel's page; its policy allows only its own script.
 *
 * Previews inherit the policy: they have their own styles and embedded images, and
 * nothing from elsewhere.
 */
export function panelPage({ nonce, source, script, styles }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `style-src ${source} 'unsafe-inline'`,
    "img-src data:",
    `script-src 'nonce-${nonce}'`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${styles.map((style) => `<link rel="stylesheet" href="${style}">`).join("\n")}
<title>Send a Request</title>
</head>
<body>
<main>
<h1 id="title">Send a Request</h1>
${FORM}${RESPONSE}</main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
