/**
 * Adds an exception breakpoint to a debug session for a while.
 *
 * The editor sets the breakpoints that the user chose; what it sets meanwhile is kept.
 */

/** debugpy's filter for exceptions that leave the user's code. */
const LEAVES_USER_CODE = "userUnhandled";

export const SET_EXCEPTION_BREAKPOINTS = "setExceptionBreakpoints";

/** Marks what is set here: a tracker sees it, too. debugpy ignores it. */
const OURS = "setByFunclens";

/** Arguments of the request `setExceptionBreakpoints`, as far as they are used here. */
export interface ExceptionBreakpoints {
  readonly filters: readonly string[];
  readonly [other: string]: unknown;
}

interface AdapterRequest {
  readonly type?: string;
  readonly command?: string;
  readonly arguments?: unknown;
}

export class ExceptionStops {
  private chosen: ExceptionBreakpoints = { filters: [] };
  private holders = 0;

  /** Take note of what the editor sets. */
  fromEditor(message: AdapterRequest): void {
    if (message.type !== "request" || message.command !== SET_EXCEPTION_BREAKPOINTS) return;
    const {
      filters,
      [OURS]: isOurs,
      ...others
    } = (message.arguments ?? {}) as Partial<ExceptionBreakpoints>;
    if (!isOurs) this.chosen = { ...others, filters: filters ?? [] };
  }

  /** One more request stops where it fails; return what to set. */
  begin(): ExceptionBreakpoints {
    this.holders += 1;
    return this.wanted();
  }

  /** The request has ended; return what to set. */
  end(): ExceptionBreakpoints {
    this.holders = Math.max(0, this.holders - 1);
    return this.wanted();
  }

  private wanted(): ExceptionBreakpoints {
    const filters = new Set(this.chosen.filters);
    if (this.holders > 0) filters.add(LEAVES_USER_CODE);
    return { ...this.chosen, filters: [...filters], [OURS]: true };
  }
}
