import Button from '@atlaskit/button/default/button';
import {
  forwardRef,
  lazy,
  Suspense,
  useId,
  useImperativeHandle,
  useState,
  type FormEvent,
  type KeyboardEvent,
} from 'react';
import { t } from '../../../messages';
import type { Known } from './completions';
import { correctQuery, replaceRange, type TextRange } from './edit';
import { tidy } from './language';
import { QueryField } from './QueryField';
import { useCompletion } from './use-completion';
import { atEnd, useDraft } from './use-draft';
import css from './QueryBar.module.css';

const QueryHelp = lazy(() => import('./QueryHelp'));

export interface QueryBarHandle {
  focus: () => void;
  /** Puts an expected word into a part of the query that was run last. */
  correct: (range: TextRange, word: string) => void;
}

interface Props {
  /** The query that was run last. */
  value: string;
  known: Known;
  onRun: (query: string) => void;
  /** The id of the message that the query is wrong, while there is one. */
  problemId: string | undefined;
}

function HelpButton({ onChoose }: { onChoose: (query: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button appearance="subtle" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t('query.help')}
      </Button>
      <Suspense fallback={null}>
        {isOpen && <QueryHelp onChoose={onChoose} onClose={() => setOpen(false)} />}
      </Suspense>
    </>
  );
}

interface ActionsProps {
  canClear: boolean;
  onClear: () => void;
  onChoose: (query: string) => void;
}

function Actions({ canClear, onClear, onChoose }: ActionsProps) {
  return (
    <div className={css.actions}>
      <Button type="submit">{t('query.run')}</Button>
      <Button aria-label={t('query.clearLabel')} onClick={onClear} isDisabled={!canClear}>
        {t('query.clear')}
      </Button>
      <HelpButton onChoose={onChoose} />
    </div>
  );
}

/** A query in the language of the register, with suggestions while it is typed. Enter runs it. */
export const QueryBar = forwardRef<QueryBarHandle, Props>(function QueryBar(props, handle) {
  const { value, known, onRun, problemId } = props;
  const { draft, setDraft, putDraft, field } = useDraft(value);
  const completion = useCompletion({ ...draft, known, onAccept: putDraft });
  const id = useId();
  const isUnchanged = tidy(draft.text) === value;

  const run = (text: string) => {
    const query = tidy(text);
    completion.close();
    setDraft(atEnd(query));
    onRun(query);
  };
  const clear = () => {
    run('');
    field.current?.focus();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(draft.text);
  };
  const restore = (event: KeyboardEvent) => {
    if (draft.text === value) return;
    event.preventDefault();
    setDraft(atEnd(value));
  };

  useImperativeHandle(handle, () => ({
    focus: () => field.current?.focus(),
    // After more typing the range is out of date; then the word goes to the caret.
    correct: (range, word) =>
      putDraft(
        isUnchanged
          ? correctQuery(value, range, word)
          : replaceRange(draft.text, { from: draft.caret, to: draft.caret }, word),
      ),
  }));

  return (
    <form className={css.bar} onSubmit={submit}>
      <label htmlFor={id} className={css.label}>
        {t('query.label')}
      </label>
      <QueryField
        id={id}
        field={field}
        draft={draft}
        completion={completion}
        problemId={isUnchanged ? problemId : undefined}
        onType={setDraft}
        onPut={putDraft}
        onEscape={restore}
      />
      <Actions canClear={draft.text !== '' || value !== ''} onClear={clear} onChoose={run} />
    </form>
  );
});
