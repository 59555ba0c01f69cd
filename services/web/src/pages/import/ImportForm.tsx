import Button from '@atlaskit/button/default/button';
import Checkbox from '@atlaskit/checkbox';
import Textarea from '@atlaskit/textarea';
import { useMemo, useState } from 'react';
import type { ImportChoices, ImportPreview } from '../../api/model';
import { useSchema } from '../../api/schema';
import { FailurePanel } from '../../components/FailurePanel';
import { Field } from '../../components/Field';
import { Waiting } from '../../components/Waiting';
import { attributeLabel, ownLabel } from '../../components/words';
import { href, navigate } from '../../host/address';
import { Failure } from '../../host/failure';
import { t } from '../../messages';
import { formatList } from '../../messages/format';
import { DropZone } from './DropZone';
import css from './Import.module.css';
import { PreviewColumns } from './PreviewColumns';
import { ReadingChoices } from './ReadingChoices';
import { newSource, pastedSource, type Source } from './source';
import { useImportPreview, useRested } from './use-preview';
import { useStartImport } from './use-start-import';

/** The server's limit, in bytes; checked here to spare an upload that will be refused. */
const MAX_BYTES = 10 * 1024 * 1024;

async function readFile(file: File): Promise<Source> {
  if (file.size > MAX_BYTES) throw new Failure({ code: 'import.too_large' });
  try {
    return newSource(file.name, new Uint8Array(await file.arrayBuffer()));
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

interface PreviewProps {
  preview: ReturnType<typeof useImportPreview>;
  choices: ImportChoices;
  onChange: (choices: ImportChoices) => void;
}

/** How the file is read, to be changed before anything is written. */
function Preview({ preview, choices, onChange }: PreviewProps) {
  const { shown, error, isFetching } = preview;
  return (
    <div className={css.preview} aria-busy={isFetching}>
      {error && <FailurePanel title={t('preview.failed')} failure={error} />}
      {!shown && !error && <Waiting label={t('preview.loading')} />}
      {shown && (
        <>
          <h2>{t('preview.title', { rows: shown.rows, columns: shown.columns.length })}</h2>
          <ReadingChoices preview={shown} choices={choices} onChange={onChange} />
          {!error && <PreviewColumns preview={shown} choices={choices} onChange={onChange} />}
        </>
      )}
    </div>
  );
}

/** The file or the pasted text to import; a text counts once it rests. */
function useSource() {
  const [chosen, setChosen] = useState<Source | null>(null);
  const [isPasting, setPasting] = useState(false);
  const [pasted, setPasted] = useState('');
  const rested = useRested(pasted);
  const typed = useMemo(() => (rested.trim() ? pastedSource(rested) : null), [rested]);
  const source = isPasting ? (rested === pasted ? typed : null) : chosen;
  return { source, chosen, setChosen, isPasting, setPasting, pasted, setPasted };
}

/** What the server found and the page showed, so that the import reads the file in the same way. */
function shownChoices({ reading }: ImportPreview, choices: ImportChoices): ImportChoices {
  const { encoding, separator, headerLine, dayOrder } = reading;
  return { ...choices, encoding, separator, headerLine, dayOrder: dayOrder ?? undefined };
}

/** Starts an import of a file or of pasted text. A check without effect is proposed first. */
export function ImportForm() {
  const { source, chosen, setChosen, isPasting, setPasting, pasted, setPasted } = useSource();
  const [choices, setChoices] = useState<ImportChoices>({});
  const [dryRun, setDryRun] = useState(true);
  const [failure, setFailure] = useState<Failure | null>(null);
  const start = useStartImport();
  const preview = useImportPreview(source, choices);

  const choose = async (file: File) => {
    try {
      setChosen(await readFile(file));
      setChoices({});
      setFailure(null);
    } catch (cause) {
      setFailure(cause as Failure);
    }
  };

  const submit = () => {
    if (!source || !preview.current) return;
    start.mutate(
      { source, choices: shownChoices(preview.current, choices), dryRun },
      { onSuccess: (job) => navigate(href(['import', job.id])) },
    );
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
      {source && <Preview preview={preview} choices={choices} onChange={setChoices} />}
      <div className={css.formRow}>
        <Checkbox
          label={t('importForm.dryRun')}
          isChecked={dryRun}
          onChange={(event) => setDryRun(event.currentTarget.checked)}
        />
        <div className={css.formActions}>
          <Button
            appearance="subtle"
            onClick={() => {
              setPasting(!isPasting);
              setChoices({});
            }}
          >
            {isPasting ? t('importForm.useFile') : t('importForm.paste')}
          </Button>
          <Button
            appearance="primary"
            onClick={submit}
            isDisabled={source === null || preview.current === null}
            isLoading={start.isPending}
          >
            {dryRun ? t('importForm.check') : t('importForm.import')}
          </Button>
        </div>
      </div>
      <Hint />
    </section>
  );
}
