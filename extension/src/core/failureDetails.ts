/** Why a request failed, for the panel. */

import { basename } from "node:path";
import type { FailureDetails } from "./panel";
import type { RequestFailed } from "./protocol";

export function failureDetails({ error, file, line, output }: RequestFailed): FailureDetails {
  return { error, place: file && line ? `${basename(file)}:${line}` : "", output };
}
