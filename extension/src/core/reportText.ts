/** Content of a problem report: versions, state, end of the log. */

import { withoutFolder } from "./paths";
import type { Listing } from "./protocol";
import { plural } from "./status";

const LOG_LINES = 150;

export interface ReportParts {
  readonly extension: string;
  readonly server: string;
  readonly editor: string;
  readonly system: string;
  /** Names of settings that are set, without their values, which may be private. */
  readonly settings: readonly string[];
  readonly trusted: boolean;
  readonly listing: Listing;
  readonly log: string;
  /** The user's home folder, which is removed from paths. */
  readonly home: string;
}

/** Return the report as Markdown, for the user to review before sharing it. */
export function reportText(parts: ReportParts): string {
  const { listing } = parts;
  const types = new Map<string, number>();
  for (const fn of listing.functions) {
    types.set(fn.signatureType, (types.get(fn.signatureType) ?? 0) + 1);
  }
  const kinds = [...types].map(([type, count]) => `${count} ${type}`).join(", ");
  const lines = [
    "# Funclens problem report",
    "",
    "What happened, and what did you expect?",
    "",
    "",
    "Nothing below has been sent anywhere. Remove anything private, then paste it into an issue.",
    "",
    `- Extension: ${parts.extension}`,
    `- Language server: ${parts.server}`,
    `- Editor: ${parts.editor}`,
    `- System: ${parts.system}`,
    `- Workspace: ${parts.trusted ? "trusted" : "not trusted"}, ${plural(listing.functions.length, "function")}${kinds ? ` (${kinds})` : ""}, ${plural(listing.collisions.length, "collision")}`,
    `- Runner: ${listing.runner.state}, ${plural(listing.runner.units.length, "unit")} known`,
    `- Non-default settings: ${parts.settings.join(", ") || "none"}`,
    "",
    "## End of log",
    "",
    "```text",
    ...withoutFolder(parts.log, parts.home, "~").trimEnd().split("\n").slice(-LOG_LINES),
    "```",
    "",
  ];
  return lines.join("\n");
}
