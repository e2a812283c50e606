/** A recorded request as the panel shows it: timing, exception, trace, what was received. */

export interface RecordedView {
  /** One line: when, from where. */
  readonly title: string;
  readonly timing: readonly TimingRow[];
  readonly frames: readonly FrameRow[];
  /** Type and message of the exception, or empty. */
  readonly exception: string;
  /** The request as it was received. */
  readonly request: string;
  readonly trace: readonly TraceRow[];
}

export interface TimingRow {
  readonly name: string;
  readonly text: string;
  /** Parts of the whole, from 0 to 1. */
  readonly start: number;
  readonly length: number;
}

export interface FrameRow {
  readonly place: string;
  readonly function: string;
  readonly source: string;
  readonly isUser: boolean;
  readonly locals: readonly (readonly [name: string, value: string])[];
}

/** A request of the same trace. */
export interface TraceRow {
  readonly id: string;
  readonly text: string;
  readonly depth: number;
  readonly isShown: boolean;
}
