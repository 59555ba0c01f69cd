/** What every refusal and every failure comes down to on screen: a code, a cause, a remedy. */
export interface FailureFacts {
  /** Stable, dotted, meant for the person who helps: `asset.tag_taken`. */
  code: string;
  /** The cause in one sentence. */
  detail: string;
  /** What to do about it. */
  remedy: string;
  /** HTTP status, or null when no answer came. */
  status?: number | null;
  /** The server's id of the request, to be found in its log. */
  requestId?: string | null;
  /** The field of a form that the refusal is about. */
  field?: string | null;
  /** The part of a text that the refusal is about, in characters (Unicode code points). */
  place?: { from: number; to: number } | null;
  /** What could stand at that place. */
  expected?: string[];
}

/** An error that can be shown as it is. Everything thrown below the pages is one of these. */
export class Failure extends Error {
  readonly code: string;
  readonly remedy: string;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly field: string | null;
  readonly place: { from: number; to: number } | null;
  readonly expected: string[];

  constructor(facts: FailureFacts) {
    super(facts.detail);
    this.name = 'Failure';
    this.code = facts.code;
    this.remedy = facts.remedy;
    this.status = facts.status ?? null;
    this.requestId = facts.requestId ?? null;
    this.field = facts.field ?? null;
    this.place = facts.place ?? null;
    this.expected = facts.expected ?? [];
  }
}

/** Any thrown value as a `Failure`, so that a page never has to guess. */
export function toFailure(cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  return new Failure({
    code: 'ui.unexpected',
    detail: cause instanceof Error ? cause.message : 'Something unexpected happened in the page.',
    remedy: 'Try again. If it comes back, reload the page and tell your Jira admin the code.',
  });
}
