import { useLayoutEffect, useRef, useState } from 'react';
import type { Edited } from './edit';

export const atEnd = (text: string): Edited => ({ text, caret: text.length });

/**
 * The text in the field and its caret, which has to be set after every change that is not typing.
 */
export function useDraft(value: string) {
  const [draft, setDraft] = useState(() => atEnd(value));
  const [seen, setSeen] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  const isCaretSet = useRef(true);

  // The query was changed from elsewhere: by the back button, or by "clear filters".
  if (value !== seen) {
    setSeen(value);
    setDraft(atEnd(value));
  }

  useLayoutEffect(() => {
    if (isCaretSet.current) return;
    isCaretSet.current = true;
    field.current?.focus();
    field.current?.setSelectionRange(draft.caret, draft.caret);
  }, [draft]);

  const putDraft = (next: Edited) => {
    isCaretSet.current = false;
    setDraft({ ...next });
  };
  return { draft, setDraft, putDraft, field };
}
