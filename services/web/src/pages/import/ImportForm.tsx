import Button from '@atlaskit/button/new';
import Checkbox from '@atlaskit/checkbox';
import FileIcon from '@atlaskit/icon/core/file';
import UploadIcon from '@atlaskit/icon/core/upload';
import Textarea from '@atlaskit/textarea';
import { useRef, useState, type DragEvent } from 'react';
import { href, navigate } from '../../host/address';
import { FailurePanel } from '../../components/FailurePanel';
import { Field } from '../../components/Field';
import { formatCount } from '../../components/format';
import { Failure } from '../../host/failure';
import css from './Import.module.css';
import { decodeText } from './read-text';
import { useStartImport } from './use-start-import';

/** The server's limit, in bytes; told here so that nobody waits for an upload that will be refused. */
const MAX_BYTES = 10 * 1024 * 1024;

interface Chosen {
  fileName: string;
  csv: string;
  guessedEncoding: string | null;
}

const tooLarge = (bytes: number) =>
  new Failure({
    code: 'import.too_large',
    detail: `The file has ${formatCount(Math.ceil(bytes / 1024 / 1024))} MB; at most 10 MB can be imported at once.`,
    remedy: 'Split the file and import the parts one after the other.',
  });

const unreadable = () =>
  new Failure({
    code: 'ui.file_unreadable',
    detail: 'The file could not be read.',
    remedy: 'Check that it still exists and that you may open it, then choose it again.',
  });

interface DropProps {
  chosen: Chosen | null;
  onChoose: (file: File) => void;
}

function DropZone({ chosen, onChoose }: DropProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) onChoose(file);
  };
  return (
    // The button inside does the same for the keyboard.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className={css.drop}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {chosen ? (
        <p className={css.dropText}>
          <FileIcon label="" /> <strong>{chosen.fileName}</strong>,{' '}
          {formatCount(Math.ceil(chosen.csv.length / 1024))} KB
          {chosen.guessedEncoding && `, read as ${chosen.guessedEncoding}: check the accents`}
        </p>
      ) : (
        <p className={css.dropText}>
          <UploadIcon label="" color="var(--ds-icon-subtle)" /> Drop a CSV file here, or
        </p>
      )}
      <Button onClick={() => input.current?.click()}>
        {chosen ? 'Choose another file' : 'Choose a file'}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,text/csv,text/plain"
        aria-label="CSV file"
        className="visually-hidden"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) onChoose(file);
          event.currentTarget.value = '';
        }}
      />
    </div>
  );
}

/** File or pasted text in, an import started. A check without effect is proposed first. */
export function ImportForm() {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [isPasting, setPasting] = useState(false);
  const [pasted, setPasted] = useState('');
  const [dryRun, setDryRun] = useState(true);
  const [failure, setFailure] = useState<Failure | null>(null);
  const start = useStartImport();

  const choose = async (file: File) => {
    if (file.size > MAX_BYTES) return setFailure(tooLarge(file.size));
    try {
      setChosen({ fileName: file.name, ...decodeText(new Uint8Array(await file.arrayBuffer())) });
      setFailure(null);
    } catch {
      setFailure(unreadable());
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
    <section className={css.form} aria-label="New import">
      {shown && <FailurePanel title="The import was not started" failure={shown} />}
      {isPasting ? (
        <Field label="CSV text" hint="The first line holds the column names.">
          {({ id, ...field }) => (
            <Textarea
              {...field}
              id={id}
              isMonospaced
              minimumRows={8}
              value={pasted}
              onChange={(event) => setPasted(event.currentTarget.value)}
              placeholder={'Name,Type,Serial number,Location\nThinkPad X1,Laptop,PF-3X2,Berlin'}
            />
          )}
        </Field>
      ) : (
        <DropZone chosen={chosen} onChoose={(file) => void choose(file)} />
      )}
      <div className={css.formRow}>
        <Checkbox
          label="Only check, register nothing yet"
          isChecked={dryRun}
          onChange={(event) => setDryRun(event.currentTarget.checked)}
        />
        <div className={css.formActions}>
          <Button appearance="subtle" onClick={() => setPasting(!isPasting)}>
            {isPasting ? 'Use a file instead' : 'Paste text instead'}
          </Button>
          <Button appearance="primary" onClick={submit} isDisabled={!source} isLoading={start.isPending}>
            {dryRun ? 'Check the rows' : 'Import'}
          </Button>
        </div>
      </div>
      <p className={css.hint}>
        Columns are recognised by their names: name, tag, type, manufacturer, model, serial, location,
        purchased on and so on. A column of any other name becomes a field of your own. Every row gets its own
        verdict; a bad row never stops the others.
      </p>
    </section>
  );
}
