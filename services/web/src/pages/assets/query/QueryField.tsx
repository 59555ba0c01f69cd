import Textfield from '@atlaskit/textfield';
import type { ClipboardEvent, KeyboardEvent, RefObject } from 'react';
import { t } from '../../../messages';
import { CompletionList } from './CompletionList';
import type { Edited } from './edit';
import { oneLine } from './language';
import type { Completion } from './use-completion';
import css from './QueryBar.module.css';

interface Props {
  id: string;
  field: RefObject<HTMLInputElement>;
  draft: Edited;
  completion: Completion;
  /** The id of the message that the query is wrong, while the field holds that query. */
  problemId: string | undefined;
  /** The text was typed, or the caret moved. */
  onType: (draft: Edited) => void;
  /** The text was changed by more than typing, so that the caret has to be set. */
  onPut: (draft: Edited) => void;
  /** Escape was pressed, and no suggestion was open. */
  onEscape: (event: KeyboardEvent) => void;
}

/** A field drops line breaks, and with them the space between two words; this keeps the space. */
function readPasted(event: ClipboardEvent<HTMLInputElement>, { text, caret }: Edited): Edited | null {
  const pasted = event.clipboardData.getData('text');
  if (!/[\r\n]/.test(pasted)) return null;
  const { selectionStart, selectionEnd } = event.currentTarget;
  const before = text.slice(0, selectionStart ?? caret) + oneLine(pasted);
  return { text: before + text.slice(selectionEnd ?? caret), caret: before.length };
}

/** What assistive technology needs to know about the field and its suggestions. */
function ariaOf(completion: Completion, problemId: string | undefined) {
  const { isOpen, active, listId, optionId } = completion;
  return {
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': isOpen,
    'aria-controls': isOpen ? listId : undefined,
    'aria-activedescendant': isOpen && active >= 0 ? optionId(active) : undefined,
    'aria-invalid': problemId !== undefined,
    'aria-describedby': problemId,
  } as const;
}

/** The text of a query, with suggestions while it is typed. */
export function QueryField(props: Props) {
  const { id, field, draft, completion, problemId, onType, onPut, onEscape } = props;
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    // Keys that choose among the candidates of an input method are left to it.
    if (event.nativeEvent.isComposing || completion.handleKey(event)) return;
    if (event.key === 'Escape') onEscape(event);
  };
  const onPaste = (event: ClipboardEvent<HTMLInputElement>) => {
    const pasted = readPasted(event, draft);
    if (!pasted) return;
    event.preventDefault();
    onPut(pasted);
  };
  return (
    <div className={css.field}>
      <Textfield
        ref={field}
        id={id}
        isCompact
        isMonospaced
        isInvalid={problemId !== undefined}
        {...ariaOf(completion, problemId)}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        placeholder={t('query.placeholder')}
        value={draft.text}
        onChange={(event) => {
          const { value: text, selectionStart } = event.currentTarget;
          onType({ text, caret: selectionStart ?? text.length });
          completion.open();
        }}
        onSelect={(event) => {
          const { selectionStart: caret } = event.currentTarget;
          if (caret !== null && caret !== draft.caret) onType({ text: draft.text, caret });
        }}
        onBlur={completion.close}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      {completion.isOpen && <CompletionList completion={completion} />}
    </div>
  );
}
