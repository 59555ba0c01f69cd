import { useLayoutEffect, useRef, useState } from 'react';
import type { Edited } from './place-word';

export const atEnd = (text: string): Edited => ({ text, caret: text.length });

/** What stands in the field, and its caret, which a change by anything but typing has to put where it belongs. */
export function useDraft(value: string) {
  const [draft, setDraft] = useState(() => atEnd(value));
  const [told, setTold] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  const isPlaced = useRef(true);

  // Someone else changed the query: the back button, or "clear filters".
  if (value !== told) {
    setTold(value);
    setDraft(atEnd(value));
  }

  useLayoutEffect(() => {
    if (isPlaced.current) return;
    isPlaced.current = true;
    field.current?.focus();
    field.current?.setSelectionRange(draft.caret, draft.caret);
  }, [draft]);

  const place = (next: Edited) => {
    isPlaced.current = false;
    setDraft({ ...next });
  };
  return { draft, setDraft, place, field };
}
