import Lozenge, { type ThemeAppearance } from '@atlaskit/lozenge';
import type { Import, ImportState as State } from '../../api/types';

const STATES: Record<State, [string, ThemeAppearance]> = {
  running: ['Running', 'inprogress'],
  finished: ['Finished', 'success'],
  cancelled: ['Cancelled', 'default'],
  failed: ['Failed', 'removed'],
};

/** The state of an import, and whether it was only a check. */
export function ImportState({ job }: { job: Pick<Import, 'state' | 'dryRun'> }) {
  const [label, appearance] = STATES[job.state];
  return (
    <span style={{ display: 'inline-flex', gap: 4 }}>
      <Lozenge appearance={appearance}>{label}</Lozenge>
      {job.dryRun && <Lozenge appearance="new">Check only</Lozenge>}
    </span>
  );
}
