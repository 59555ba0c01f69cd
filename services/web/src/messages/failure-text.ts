import { findText, t } from '.';
import type { Failure } from '../host/failure';

export interface FailureText {
  cause: string;
  remedy: string;
}

const idOf = (code: string) => (code.startsWith('http.') ? 'http' : code);

/**
 * What to show for a failure: the texts of its code in the reader's language, or else the server's
 * own, or else one that fits every failure.
 */
export function failureText(failure: Failure): FailureText {
  const { code, status } = failure;
  const values = { status: status ?? 0, ...failure.values };
  const find = (part: keyof FailureText) => findText(`failure.${idOf(code)}.${part}`, values);
  return {
    cause: find('cause') ?? failure.serverCause ?? t('failure.other.cause'),
    remedy: find('remedy') ?? failure.serverRemedy ?? t('failure.other.remedy'),
  };
}
