import Lozenge, { type ThemeAppearance } from '@atlaskit/lozenge';
import type { Import, ImportState as State } from '../../api/model';
import { t } from '../../messages';
import css from './Import.module.css';

const APPEARANCE: Record<State, ThemeAppearance> = {
  running: 'inprogress',
  finished: 'success',
  cancelled: 'default',
  failed: 'removed',
};

/** The state of an import, and whether it was only a check. */
export function ImportState({ job }: { job: Pick<Import, 'state' | 'dryRun'> }) {
  return (
    <span className={css.state}>
      <Lozenge appearance={APPEARANCE[job.state]}>{t(`import.state.${job.state}`)}</Lozenge>
      {job.dryRun && <Lozenge appearance="new">{t('import.checkOnly')}</Lozenge>}
    </span>
  );
}
