import Button from '@atlaskit/button/default/button';
import Checkbox from '@atlaskit/checkbox';
import Textarea from '@atlaskit/textarea';
import { useState } from 'react';
import { useSchema } from '../../api/schema';
import { FailurePanel } from '../../components/FailurePanel';
import { Field } from '../../components/Field';
import { attributeLabel, ownLabel } from '../../components/words';
import { href, navigate } from '../../host/address';
import { Failure } from '../../host/failure';
import { t } from '../../messages';
import { formatList } from '../../messages/format';
import { DropZone, type ChosenFile } from './DropZone';
import css from './Import.module.css';
import { decodeText } from './read-text';
import { useStartImport } from './use-start-import';

/** The server's limit, in bytes; checked here to spare an upload that will be refused. */
const MAX_BYTES = 10 * 1024 * 1024;

async function readFile(file: File): Promise<ChosenFile> {
  if (file.size > MAX_BYTES) throw new Failure({ code: 'import.too_large' });
  try {
    return { fileName: file.name, ...decodeText(new Uint8Array(await file.arrayBuffer())) };
  } catch {
    throw new Failure({ code: 'ui.file_unreadable' });
  }
}

function PasteField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  return (
    <Field label={t('importForm.text')} hint={t('importForm.textHint')}>
      {({ id, ...field }) => (
        <Textarea
          {...field}
          id={id}
          isMonospaced
          minimumRows={8}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
          placeholder={t('importForm.example')}
        />
      )}
    </Field>
  );
}

/** Which columns are recognized, and what becomes of the others. */
function Hint() {
  const { schema, isKnown } = useSchema();
  const names = [ownLabel('tag'), ...schema.builtIn.map(attributeLabel)];
  return (
    <p className={css.hint}>
      {isKnown && <>{t('importForm.columns', { fields: formatList(names) })} </>}
      {t('importForm.rows')}
    </p>
  );
}

/** Starts an import of a file or of pasted text. A check without effect is proposed first. */
export function ImportForm() {
  const [chosen, setChosen] = useState<ChosenFile | null>(null);
  const [isPasting, setPasting] = useState(false);
  const [pasted, setPasted] = useState('');
  const [dryRun, setDryRun] = useState(true);
  const [failure, setFailure] = useState<Failure | null>(null);
  const start = useStartImport();

  const choose = async (file: File) => {
    try {
      setChosen(await readFile(file));
      setFailure(null);
    } catch (cause) {
      setFailure(cause as Failure);
    }
  };

  const typed = pasted.trim() ? { fileName: 'pasted.csv', csv: pasted } : null;
  const source = isPasting ? typed : chosen;
  const submit = () => {
    if (!source) return;
    const { csv, fileName } = source;
    start.mutate({ csv, fileName, dryRun }, { onSuccess: (job) => navigate(href(['import', job.id])) });
  };

  const shown = failure ?? start.error;
  return (
    <section className={css.form} aria-label={t('importForm.region')}>
      {shown && <FailurePanel title={t('importForm.failed')} failure={shown} />}
      {isPasting ? (
        <PasteField value={pasted} onChange={setPasted} />
      ) : (
        <DropZone chosen={chosen} onChoose={(file) => void choose(file)} />
      )}
      <div className={css.formRow}>
        <Checkbox
          label={t('importForm.dryRun')}
          isChecked={dryRun}
          onChange={(event) => setDryRun(event.currentTarget.checked)}
        />
        <div className={css.formActions}>
          <Button appearance="subtle" onClick={() => setPasting(!isPasting)}>
            {isPasting ? t('importForm.useFile') : t('importForm.paste')}
          </Button>
          <Button appearance="primary" onClick={submit} isDisabled={!source} isLoading={start.isPending}>
            {dryRun ? t('importForm.check') : t('importForm.import')}
          </Button>
        </div>
      </div>
      <Hint />
    </section>
  );
}
