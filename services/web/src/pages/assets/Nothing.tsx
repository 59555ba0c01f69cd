import Button from '@atlaskit/button/new';
import { href, navigate } from '../../host/address';
import { useCan } from '../../api/session';
import { EmptyState } from '../../components/EmptyState';
import { isFiltered, isNarrowed, type ListState } from './list-state';

export interface NothingProps {
  state: ListState;
  /** Takes the search, the filters and the query away. */
  onClear: () => void;
  onClearQuery: () => void;
  onRegister: () => void;
}

/** A query that finds nothing is taken away by itself, since the filters beside it may be wanted. */
function NothingFound({ state, onClear, onClearQuery }: NothingProps) {
  const day = state.asOfDay ? ' on that day' : '';
  if (state.query) {
    const beside = isFiltered(state) ? ' with the search and filters beside it' : '';
    return (
      <EmptyState
        title="Nothing found"
        actions={
          <>
            <Button onClick={onClearQuery}>Clear query</Button>
            {isFiltered(state) && <Button onClick={onClear}>Clear query, search and filters</Button>}
          </>
        }
      >
        <p>
          No asset matches the query{beside}
          {day}.
        </p>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing found" actions={<Button onClick={onClear}>Clear search and filters</Button>}>
      <p>No asset matches the search and filters{day}.</p>
    </EmptyState>
  );
}

/** Why the list is empty, and what to do about it. */
export function Nothing(props: NothingProps) {
  const canWrite = useCan('asset.write');
  const { state, onRegister } = props;
  if (isNarrowed(state)) return <NothingFound {...props} />;
  if (state.asOfDay) {
    return (
      <EmptyState title="Nothing was registered yet">
        <p>On that day the register was still empty. Choose a later day.</p>
      </EmptyState>
    );
  }
  if (!canWrite) {
    return (
      <EmptyState title="No assets yet">
        <p>Nothing has been registered. People who may make bulk changes in Jira can register assets.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Start your register"
      actions={
        <>
          <Button appearance="primary" onClick={onRegister}>
            Register the first asset
          </Button>
          <Button onClick={() => navigate(href(['import']))}>Import a CSV file</Button>
        </>
      }
    >
      <p>
        Register what your company owns and check it out to people. Every step is kept and can be looked up.
      </p>
    </EmptyState>
  );
}
