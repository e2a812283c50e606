/** `New Function…`: asks what calls it and for its name; the server writes the files. */

import { commands, type Uri, window, workspace } from "vscode";
import { nameComplaint } from "../core/newName";
import { NEW_KINDS, type NewKinds, readNewKinds, ServerCommand } from "../core/protocol";
import type { LanguageServer } from "./server";

const TITLE = "New Function";

/** Ask for kind, event, workspace folder and name. `below` is the folder to propose. */
export async function createFunction(server: LanguageServer, below?: Uri): Promise<void> {
  if (!server.client) return;
  const known = readNewKinds(await server.client.sendRequest(NEW_KINDS, {}));
  const kind = await pick(
    known.kinds.map(({ name, title, detail }) => ({ label: title, detail, name })),
    "What calls the function?",
  );
  if (!kind) return;
  const event = kind === "cloudevent" ? await askForEvent(known) : "";
  if (event === undefined) return;
  const folder = await askForFolder(below);
  if (!folder) return;
  const base = below ? workspace.asRelativePath(below, false) : "";
  const isBelow = below !== undefined && below.fsPath !== folder;
  const name = await askForName(isBelow ? `${base}/` : "");
  if (name) await commands.executeCommand(ServerCommand.new, { name, kind, event, folder });
}

interface Line {
  readonly label: string;
  readonly name: string;
  readonly detail?: string;
  readonly description?: string;
}

async function pick(lines: readonly Line[], placeHolder: string): Promise<string | undefined> {
  const options = { title: TITLE, placeHolder, matchOnDescription: true };
  return (await window.showQuickPick(lines, options))?.name;
}

function askForEvent(known: NewKinds): Promise<string | undefined> {
  const lines = known.events.map(({ name, title }) => ({
    label: title,
    description: name,
    name,
  }));
  return pick(lines, "Which event triggers it?");
}

async function askForFolder(below: Uri | undefined): Promise<string | undefined> {
  const folders = workspace.workspaceFolders ?? [];
  const here = below && workspace.getWorkspaceFolder(below);
  if (here) return here.uri.fsPath;
  if (folders.length === 0) {
    void window.showInformationMessage("Open a folder to create a function in it.");
    return undefined;
  }
  if (folders.length === 1) return folders[0]?.uri.fsPath;
  const lines = folders.map(({ name, uri }) => ({
    label: name,
    description: uri.fsPath,
    name: uri.fsPath,
  }));
  return pick(lines, "In which folder of the workspace?");
}

async function askForName(value: string): Promise<string | undefined> {
  const name = await window.showInputBox({
    title: TITLE,
    prompt: "Its folder gets main.py, requirements.txt and a first test",
    placeHolder: "Name, or a path: payments/charge",
    value,
    valueSelection: [value.length, value.length],
    validateInput: nameComplaint,
  });
  return name?.trim();
}
