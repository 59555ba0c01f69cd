import Button from '@atlaskit/button/default/button';
import type { Failure } from '../../../host/failure';
import { t } from '../../../messages';
import { failureText } from '../../../messages/failure-text';
import { toUnits, type TextRange } from './edit';
import { Message } from '../../../components/Message';
import css from './QueryProblem.module.css';

interface Props {
  id: string;
  query: string;
  failure: Failure;
  /** An expected word was chosen; the range is in UTF-16 units. */
  onExpected: (range: TextRange, word: string) => void;
}

/** A register may have 500 fields; those that are not offered here are suggested in the query. */
const MOST_EXPECTED = 24;

export const isQueryProblem = (failure: Failure | null): boolean => failure?.code === 'query.invalid';

/**
 * The query with a mark on what is wrong: a part of it, or the point where something is missing.
 */
function MarkedQuery({ query, range: { from, to } }: { query: string; range: TextRange }) {
  return (
    <p className={css.query}>
      <code>
        {query.slice(0, from)}
        {from === to ? (
          <mark className={css.gap}>
            <span className="visually-hidden"> ({t('query.here')}) </span>
          </mark>
        ) : (
          <mark className={css.wrong}>{query.slice(from, to)}</mark>
        )}
        {query.slice(to)}
      </code>
    </p>
  );
}

/** Why a query cannot be run, which part is wrong, and what could stand there. */
export function QueryProblem({ id, query, failure, onExpected }: Props) {
  const range = failure.range && toUnits(query, failure.range);
  const { cause, remedy } = failureText(failure);
  return (
    <div id={id} role="alert">
      <Message appearance="error" title={t('query.invalid')}>
        {range && <MarkedQuery query={query} range={range} />}
        <p className={css.line}>{cause}</p>
        <p className={css.line}>{remedy}</p>
        {range && failure.expected.length > 0 && (
          <div className={css.expected} role="group" aria-label={t('query.expected')}>
            <span aria-hidden="true">{t('query.expected')}:</span>
            {failure.expected.slice(0, MOST_EXPECTED).map((word) => (
              <Button
                key={word}
                spacing="compact"
                aria-label={t('query.insert', { word })}
                onClick={() => onExpected(range, word)}
              >
                <code>{word}</code>
              </Button>
            ))}
          </div>
        )}
      </Message>
    </div>
  );
}
