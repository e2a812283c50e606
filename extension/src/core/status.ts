/** Text of the status bar item, and the actions in its menu. */

import type { Listing } from "./protocol";

/** State of the language server as shown to the user. */
export type ServerState = "starting" | "running" | "stopped" | "no-interpreter";

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  readonly severity: "none" | "warning" | "error";
}

/** Return the text of the status bar item; `$(name)` is an icon. */
export function statusText(server: ServerState, listing: Listing, trusted: boolean): StatusText {
  if (server === "no-interpreter") {
    return problem("$(error) Funclens", "No Python interpreter found. Click to choose one.");
  }
  if (server === "stopped") {
    return problem("$(error) Funclens", "The Funclens language server is not running.");
  }
  if (server === "starting") return calm("$(loading~spin) Funclens", "Funclens is starting.");
  const count = plural(listing.functions.length, "function");
  const clashes = listing.reported.length;
  const suffix = clashes > 0 ? ` $(warning) ${clashes}` : "";
  const about =
    clashes > 0 ? `${count}, ${plural(clashes, "endpoint")} shared by several functions` : count;
  if (!trusted) {
    return calm(
      `$(shield) ${count}${suffix}`,
      `${about}. Functions cannot run because this workspace is not trusted.`,
    );
  }
  return { ...calm(`${runnerIcon(listing)}${count}${suffix}`, `${about}. ${runnerNote(listing)}`) };
}

function runnerIcon(listing: Listing): string {
  switch (listing.runner.state) {
    case "running":
      return listing.runner.units.some((unit) => unit.state === "failed")
        ? "$(circle-slash) "
        : "$(circle-filled) ";
    case "starting":
      return "$(loading~spin) ";
    case "stopped":
      return "$(circle-outline) ";
  }
}

function runnerNote(listing: Listing): string {
  switch (listing.runner.state) {
    case "running":
      return `Running at ${listing.runner.url}`;
    case "starting":
      return "The runner is starting.";
    case "stopped":
      return "Not running.";
  }
}

function calm(text: string, tooltip: string): StatusText {
  return { text, tooltip, severity: "none" };
}

function problem(text: string, tooltip: string): StatusText {
  return { text, tooltip, severity: "error" };
}

/** Return `1 function`, `2 functions`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** One item of the status bar menu. */
export interface Action {
  readonly label: string;
  readonly detail?: string;
  readonly command: string;
}

/** Return the actions available in the current state. */
export function actions(server: ServerState, listing: Listing, trusted: boolean): Action[] {
  const always: Action[] = [
    { label: "$(output) Show Function Output", command: "funclens.palette.showOutput" },
    { label: "$(list-tree) Show Language Server Log", command: "funclens.palette.showLog" },
    { label: "$(refresh) Restart Language Server", command: "funclens.palette.restartServer" },
  ];
  if (server === "no-interpreter") {
    return [
      {
        label: "$(gear) Choose Python for Language Server",
        command: "funclens.palette.choosePython",
      },
      ...always,
    ];
  }
  if (!trusted) {
    return [
      { label: "$(shield) Manage Workspace Trust", command: "workbench.trust.manage" },
      ...always,
    ];
  }
  if (listing.runner.state === "stopped") {
    return [
      { label: "$(run-all) Run All Functions", command: "funclens.palette.runAll" },
      { label: "$(play) Run Function…", command: "funclens.palette.run" },
      { label: "$(debug-alt) Debug Function…", command: "funclens.palette.debug" },
      ...always,
    ];
  }
  return [
    {
      label: "$(globe) Open Function List",
      detail: listing.runner.url,
      command: "funclens.palette.openList",
    },
    { label: "$(link-external) Open Function in Browser…", command: "funclens.palette.open" },
    { label: "$(copy) Copy Function URL…", command: "funclens.palette.copyUrl" },
    { label: "$(debug-alt) Debug Function…", command: "funclens.palette.debug" },
    { label: "$(debug-restart) Restart Function…", command: "funclens.palette.restart" },
    { label: "$(debug-stop) Stop All Functions", command: "funclens.palette.stop" },
    ...always,
  ];
}
