/** Copies a request as a command or code, in a format that the user picks. */

import { env, window } from "vscode";
import type { RequestHistory } from "./requestHistory";

const FORMATS = [
  { label: "curl", description: "A command for a shell", format: "curl" },
  { label: "HTTPie", description: "A command for a shell", format: "httpie" },
  { label: "Python requests", description: "A script", format: "python" },
  { label: ".http", description: "A file to send it from the editor", format: "http" },
];

/** `argument` describes the request as `funclens/copyAs` takes it. */
export async function copyAs(history: RequestHistory, argument: object): Promise<void> {
  const chosen = await window.showQuickPick(FORMATS, { title: "Copy Request As" });
  if (!chosen) return;
  const { text, advice } = await history.copied({ ...argument, format: chosen.format });
  await env.clipboard.writeText(text);
  if (advice) void window.showInformationMessage(`Copied as ${chosen.label}. ${advice}`);
  else window.setStatusBarMessage(`Copied the request as ${chosen.label}.`, 4000);
}
