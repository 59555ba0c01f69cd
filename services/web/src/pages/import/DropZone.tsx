import Button from '@atlaskit/button/default/button';
import FileIcon from '@atlaskit/icon/core/file';
import UploadIcon from '@atlaskit/icon/core/upload';
import { useRef, useState, type DragEvent } from 'react';
import { Rich } from '../../components/Rich';
import { t } from '../../messages';
import { formatCount } from '../../messages/format';
import css from './Import.module.css';
import type { Source } from './source';

function Chosen({ file }: { file: Source }) {
  const values = { name: file.fileName, size: formatCount(Math.ceil(file.bytes.length / 1024)) };
  return (
    <p className={css.dropText}>
      <FileIcon label="" />
      <span>
        <Rich id="importForm.chosen" values={values} />
      </span>
    </p>
  );
}

interface Props {
  chosen: Source | null;
  onChoose: (file: File) => void;
}

/** Takes a file that is dropped or chosen. */
export function DropZone({ chosen, onChoose }: Props) {
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
        <Chosen file={chosen} />
      ) : (
        <p className={css.dropText}>
          <UploadIcon label="" color="var(--ds-icon-subtle)" /> {t('importForm.drop')}
        </p>
      )}
      <Button onClick={() => input.current?.click()}>
        {chosen ? t('importForm.chooseOther') : t('importForm.choose')}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,text/csv,text/plain"
        aria-label={t('importForm.file')}
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
