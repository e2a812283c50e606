/** Messages between the request panel and the extension. */

import type { Draft } from "./draft";
import type { SampleType } from "./protocol";
import type { ResponseHead } from "./response";

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
      readonly types: readonly SampleType[];
      readonly fitting: string;
      readonly history: readonly Draft[];
      readonly saved: readonly Saved[];
    }
  | {
      readonly kind: "draft";
      readonly draft: Draft;
      readonly advice: string;
      /** A suggestion: it doesn't replace what the user has typed. */
      readonly proposed: boolean;
    };

/** To the part that shows the response. */
export type ToResponse =
  /** Nothing was sent to the function that is shown. */
  | { readonly kind: "none" }
  | { readonly kind: "sending" }
  | { readonly kind: "head"; readonly head: ResponseHead }
  | { readonly kind: "part"; readonly text: string; readonly bytes: number }
  | { readonly kind: "end"; readonly seconds: number }
  | { readonly kind: "failure"; readonly message: string };

/** From the panel to the extension. */
export type FromPanel = FromForm | FromResponse;

export type FromForm =
  | { readonly kind: "ready" }
  | { readonly kind: "send"; readonly draft: Draft }
  | { readonly kind: "sample"; readonly event: string; readonly mode: string }
  | { readonly kind: "save"; readonly draft: Draft }
  | { readonly kind: "curl"; readonly draft: Draft };

export type FromResponse = { readonly kind: "cancel" };
