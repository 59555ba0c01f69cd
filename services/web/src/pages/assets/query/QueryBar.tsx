import Button from '@atlaskit/button/default/button';
import Textfield from '@atlaskit/textfield';
import {
  forwardRef,
  lazy,
  Suspense,
  useId,
  useImperativeHandle,
  useState,
  type ClipboardEvent,
  type KeyboardEvent,
} from 'react';
import { t } from '../../../messages';
import type { Known } from './completions';
import { CompletionList } from './CompletionList';
import { oneLine, tidy } from './language';
import { correctQuery, replaceRange, type TextRange } from './edit';
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

/** A query in the language of the register, with suggestions while it is typed. Enter runs it. */
export const QueryBar = forwardRef<QueryBarHandle, Props>(function QueryBar(props, handle) {
  const { value, known, onRun, problemId } = props;
  const { draft, setDraft, putDraft, field } = useDraft(value);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const completion = useCompletion({ ...draft, known, onAccept: putDraft });
  const id = useId();
  const isWrong = problemId !== undefined && tidy(draft.text) === value;

  const run = (text: string) => {
    const query = tidy(text);
    completion.close();
    setDraft(atEnd(query));
    onRun(query);
  };

  useImperativeHandle(handle, () => ({
    focus: () => field.current?.focus(),
    // After more typing the range is out of date; then the word goes to the caret.
    correct: (range, word) =>
      putDraft(
        tidy(draft.text) === value
          ? correctQuery(value, range, word)
          : replaceRange(draft.text, { from: draft.caret, to: draft.caret }, word),
      ),
  }));

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    // Keys that choose among the candidates of an input method are left to it.
    if (event.nativeEvent.isComposing || completion.handleKey(event)) return;
    if (event.key === 'Escape' && draft.text !== value) {
      event.preventDefault();
      setDraft(atEnd(value));
    }
  };

  // A field drops line breaks, and with them the space between two words.
  const onPaste = (event: ClipboardEvent<HTMLInputElement>) => {
    const pasted = event.clipboardData.getData('text');
    if (!/[\r\n]/.test(pasted)) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    const before = draft.text.slice(0, selectionStart ?? draft.caret) + oneLine(pasted);
    putDraft({ text: before + draft.text.slice(selectionEnd ?? draft.caret), caret: before.length });
  };

  return (
    <form
      className={css.bar}
      onSubmit={(event) => {
        event.preventDefault();
        run(draft.text);
      }}
    >
      <label htmlFor={id} className={css.label}>
        {t('query.label')}
      </label>
      <div className={css.field}>
        <Textfield
          ref={field}
          id={id}
          isCompact
          isMonospaced
          isInvalid={isWrong}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={completion.isOpen}
          aria-controls={completion.isOpen ? completion.listId : undefined}
          aria-activedescendant={
            completion.isOpen && completion.active >= 0 ? completion.optionId(completion.active) : undefined
          }
          aria-invalid={isWrong}
          aria-describedby={isWrong ? problemId : undefined}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder={t('query.placeholder')}
          value={draft.text}
          onChange={(event) => {
            const { value: text, selectionStart } = event.currentTarget;
            setDraft({ text, caret: selectionStart ?? text.length });
            completion.open();
          }}
          onSelect={(event) => {
            const { selectionStart: caret } = event.currentTarget;
            if (caret !== null) setDraft((now) => (now.caret === caret ? now : { ...now, caret }));
          }}
          onBlur={completion.close}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        {completion.isOpen && <CompletionList completion={completion} />}
      </div>
      <div className={css.actions}>
        <Button type="submit">{t('query.run')}</Button>
        <Button
          aria-label={t('query.clearLabel')}
          onClick={() => {
            run('');
            field.current?.focus();
          }}
          isDisabled={draft.text === '' && value === ''}
        >
          {t('query.clear')}
        </Button>
        <Button appearance="subtle" aria-haspopup="dialog" onClick={() => setHelpOpen(true)}>
          {t('query.help')}
        </Button>
      </div>
      <Suspense fallback={null}>
        {isHelpOpen && <QueryHelp onChoose={run} onClose={() => setHelpOpen(false)} />}
      </Suspense>
    </form>
  );
});
