/**
 * What every refusal and every failure is made of: a stable code, and what the server said about
 * it.
 */
export interface FailureFacts {
  /**
   * Stable, dotted, meant for the person who helps: `asset.tag_taken`. The texts on screen are
   * found by it.
   */
  code: string;
  /** What the texts of this code need: a number of seconds, the name of a file. */
  values?: Record<string, string | number>;
  /** The server's own sentence about the cause, in English. */
  cause?: string | undefined;
  /** The server's own sentence about what to do, in English. */
  remedy?: string | undefined;
  /** HTTP status, or null when no answer came. */
  status?: number | null;
  /** The server's id of the request, to be found in its log. */
  requestId?: string | null;
  /** The field of a form that the refusal is about. */
  field?: string | null;
  /** The part of a text that the refusal is about, in characters (Unicode code points). */
  range?: { from: number; to: number } | null;
  /** What could stand there. */
  expected?: string[];
}

/** An error that can be shown. Everything thrown below the pages is one of these. */
export class Failure extends Error {
  readonly code: string;
  readonly values: Record<string, string | number>;
  readonly serverCause: string | null;
  readonly serverRemedy: string | null;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly field: string | null;
  readonly range: { from: number; to: number } | null;
  readonly expected: string[];

  constructor(facts: FailureFacts) {
    super(facts.cause ?? facts.code);
    this.name = 'Failure';
    this.code = facts.code;
    this.values = facts.values ?? {};
    this.serverCause = facts.cause ?? null;
    this.serverRemedy = facts.remedy ?? null;
    this.status = facts.status ?? null;
    this.requestId = facts.requestId ?? null;
    this.field = facts.field ?? null;
    this.range = facts.range ?? null;
    this.expected = facts.expected ?? [];
  }
}

/** Failures of the way to the server, which may be gone at the next try. */
const PASSING: readonly string[] = ['network.timeout', 'network.unreachable', 'host.token_timeout'];

/** Whether the same request may be answered a little later: nothing was decided about it. */
export const isPassing = ({ code, status }: Failure): boolean =>
  PASSING.includes(code) || status === 429 || (status ?? 0) >= 500;

/** Any thrown value as a `Failure`, so that a page never has to guess. */
export function toFailure(cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new Failure({ code: 'ui.unexpected', values: { detail } });
}
