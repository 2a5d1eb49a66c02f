/** What is recorded of a published figure. */

/** The three papers. */
export type PaperId = "science" | "viewpoint" | "pitt";

/** A paper whose figures the notebooks stand for. */
export interface Paper {
  /** Beginning of the ids of its panels and of the names of its notebooks. */
  readonly id: PaperId;
  /** Short name in tables. */
  readonly name: string;
  /** Authors, journal, volume, page and year. */
  readonly citation: string;
  /** Digital object identifier. */
  readonly doi: string;
}

/** How our panel compares with the published one. */
export type Verdict = "reproduces" | "same pattern" | "differs";

/** Where a panel of ours is made and how it compares. */
export type PanelState =
  | {
    /** Verdict on the claim, or `illustrates` where the panel claims nothing that could be tested. */
    readonly status: Verdict | "illustrates";
    /** Notebook that makes it. */
    readonly notebook: string;
    /** Function of `lib/figures` that makes it. */
    readonly function: string;
    /** Data it is made from. */
    readonly data: string;
    /** Why this verdict. */
    readonly because: string;
  }
  | {
    /** Nothing that a computation stands for, or nothing known of its content. */
    readonly status: "not reproduced";
    /** Why. */
    readonly because: string;
  };

/** A published panel; figures without letters and tables count as one. */
export interface PublishedPanel {
  /** Our id, for example `science-fig1-b`, `science-figS4`, `science-tableS1`. */
  readonly id: string;
  /** The paper. */
  readonly paper: PaperId;
  /** Figure or table as numbered in the paper, for example `Fig. 1`. */
  readonly figure: string;
  /** Letter as in the paper; empty where there is none. */
  readonly letter: string;
  /** Numbering in the preprint of the Science paper, where it differs or there is none. */
  readonly preprint?: string;
  /** What it shows, in our words. */
  readonly shows: string;
  /** What the paper says of it, in our words and its numbers; empty where the text says nothing. */
  readonly claim: string;
  /** Where the paper says so. */
  readonly place: string;
  /** Where ours is made and how it compares. */
  readonly state: PanelState;
}

/** A panel that no notebook stands for. */
export function notReproduced(because: string): PanelState {
  return { status: "not reproduced", because };
}
