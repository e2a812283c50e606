/** Messages between the request panel and the extension. */

import type { Draft, EventDraft } from "./draft";
import type { SampleType } from "./protocol";
import type { RecordedView } from "./recordedView";
import type { BodyFormat, ResponseHead } from "./response";

/** A saved request of the workspace. */
export interface Saved {
  readonly name: string;
  readonly draft: Draft;
}

/** From the extension to the panel. */
export type ToPanel = ToForm | ToResponse;

/** To the part that writes the request. */
export type ToForm =
  | {
      readonly kind: "function";
      readonly id: string;
      readonly title: string;
      readonly url: string;
      readonly running: boolean;
      /** What is proposed for a function to which nothing was written. */
      readonly proposed: Draft;
      readonly types: readonly SampleType[];
      readonly fitting: string;
      readonly history: readonly Draft[];
      readonly saved: readonly Saved[];
    }
  | {
      readonly kind: "draft";
      readonly draft: Draft;
    }
  /** Files that the user has picked, for a field of the form or for new ones. */
  | { readonly kind: "picked"; readonly index?: number; readonly files: readonly string[] };

/** To the part that shows the response. */
export type ToResponse =
  /** Nothing was sent to the function that is shown. */
  | { readonly kind: "none" }
  | {
      readonly kind: "sending";
      /** Redirects that led here, one line each. */
      readonly hops: readonly string[];
    }
  | { readonly kind: "head"; readonly head: ResponseHead; readonly format: BodyFormat }
  /** Text to add, and the number of all bytes so far. */
  | { readonly kind: "part"; readonly text: string; readonly bytes: number }
  | { readonly kind: "end"; readonly end: ResponseEnd }
  /** One of several deliveries, or what is said about all of them. */
  | { readonly kind: "delivery"; readonly text: string; readonly good?: boolean }
  | { readonly kind: "failure"; readonly message: string }
  | { readonly kind: "details"; readonly details: FailureDetails }
  /** What the runner has recorded of the request whose response is shown. */
  | { readonly kind: "recorded"; readonly recorded: RecordedView };

/** What is known about a response once it is complete. */
export interface ResponseEnd {
  readonly seconds: number;
  readonly bytes: number;
  /** Bytes of them that are shown. */
  readonly shown: number;
  readonly contentType: string;
  readonly format: BodyFormat;
  /** `data:` URL of an image, or empty. */
  readonly image: string;
  /** Address of a redirect, or empty. */
  readonly redirect: string;
  /** Whether there is an earlier response to compare with. */
  readonly comparable: boolean;
}

/** Why a request failed, as the runner logged it. */
export interface FailureDetails {
  readonly error: string;
  /** Where, for display: `main.py:18`; empty if unknown. */
  readonly place: string;
  /** Last lines that the request printed. */
  readonly output: string;
}

/** From the panel to the extension. */
export type FromPanel = FromForm | FromResponse;

export type FromForm =
  | { readonly kind: "ready" }
  | { readonly kind: "send"; readonly draft: Draft }
  /** Let the user choose an event. */
  | { readonly kind: "events" }
  /** Let the user pick the file of a field, or files for new fields. */
  | { readonly kind: "pick"; readonly index?: number }
  /** Show an event as the request that delivers it. */
  | { readonly kind: "plain"; readonly event: EventDraft }
  | { readonly kind: "save"; readonly draft: Draft }
  | { readonly kind: "curl"; readonly draft: Draft };

export type FromResponse =
  | { readonly kind: ResponseAction }
  /** Show the line of a frame of the exception. */
  | { readonly kind: "frame"; readonly index: number }
  /** Show another request of the trace. */
  | { readonly kind: "openRecorded"; readonly request: string };

/** What the user can do with a response. */
export const RESPONSE_ACTIONS = [
  "cancel",
  "copyResponse",
  "saveResponse",
  "openResponse",
  "compare",
  "follow",
  "debugRequest",
  "showFailure",
  "replayRequest",
  "copyRequest",
] as const;

export type ResponseAction = (typeof RESPONSE_ACTIONS)[number];

export function isFromResponse(message: FromPanel): message is FromResponse {
  return ([...RESPONSE_ACTIONS, "frame", "openRecorded"] as readonly string[]).includes(
    message.kind,
  );
}
