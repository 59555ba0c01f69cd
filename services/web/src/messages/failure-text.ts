import { findText, t } from '.';
import type { Failure } from '../host/failure';

export interface FailureText {
  cause: string;
  remedy: string;
}

const idOf = (code: string) => (code.startsWith('http.') ? 'http' : code);

/** Words of the server among the values, in the reader's language. */
export const wordValues = (values: Failure['values']): Failure['values'] =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, findText(`value.${name}.${value}`) ?? value]),
  );

/** The names of a refusal's values as they stand in the id of a text that uses them. */
export const namesOf = (values: Failure['values']) => Object.keys(values).sort().join(',');

/**
 * What to show for a failure: the texts of its code in the reader's language, with its values where
 * they came with it, or else the server's own, or else one that fits every failure.
 */
export function failureText(failure: Failure): FailureText {
  const { code, status } = failure;
  const values = { status: status ?? 0, ...wordValues(failure.values) };
  const id = `failure.${idOf(code)}`;
  const find = (part: keyof FailureText) =>
    findText(`${id}(${namesOf(failure.values)}).${part}`, values) ?? findText(`${id}.${part}`, values);
  return {
    cause: find('cause') ?? failure.serverCause ?? t('failure.other.cause'),
    remedy: find('remedy') ?? failure.serverRemedy ?? t('failure.other.remedy'),
  };
}
