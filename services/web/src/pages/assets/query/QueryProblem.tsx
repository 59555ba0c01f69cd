import Button from '@atlaskit/button/new';
import SectionMessage from '@atlaskit/section-message';
import type { Failure } from '../../../host/failure';
import { inUnits, type Place } from './place-word';
import css from './QueryProblem.module.css';

interface Props {
  id: string;
  query: string;
  failure: Failure;
  /** An expected word was chosen; the place is in UTF-16 units. */
  onExpected: (place: Place, word: string) => void;
}

export const isQueryProblem = (failure: Failure | null): boolean => failure?.code === 'query.invalid';

/** The query with what is wrong marked: a part of it, or the place where something is missing. */
function MarkedQuery({ query, place: { from, to } }: { query: string; place: Place }) {
  return (
    <p className={css.query}>
      <code>
        {query.slice(0, from)}
        {from === to ? (
          <mark className={css.gap}>
            <span className="visually-hidden"> (here) </span>
          </mark>
        ) : (
          <mark className={css.wrong}>{query.slice(from, to)}</mark>
        )}
        {query.slice(to)}
      </code>
    </p>
  );
}

/** Why a query cannot be run, where in it, and what could stand there. */
export function QueryProblem({ id, query, failure, onExpected }: Props) {
  const place = failure.place && inUnits(query, failure.place);
  return (
    <div id={id} role="alert">
      <SectionMessage appearance="error" title="The query is not understood">
        {place && <MarkedQuery query={query} place={place} />}
        <p className={css.line}>{failure.message}</p>
        <p className={css.line}>{failure.remedy}</p>
        {place && failure.expected.length > 0 && (
          <div className={css.expected} role="group" aria-label="Expected">
            <span>Expected:</span>
            {failure.expected.map((word) => (
              <Button
                key={word}
                spacing="compact"
                aria-label={`Put in ${word}`}
                onClick={() => onExpected(place, word)}
              >
                <code>{word}</code>
              </Button>
            ))}
          </div>
        )}
      </SectionMessage>
    </div>
  );
}
