import { useId, useState, type KeyboardEvent } from 'react';
import { completions, type Known } from './completions';
import { replaceRange, type Edited } from './edit';

interface Options {
  text: string;
  caret: number;
  known: Known;
  onAccept: (edited: Edited) => void;
}

/**
 * The suggestions under the field. They appear with typing or the down arrow. None is chosen until
 * an arrow key chooses one, so that Enter and Tab keep their meaning while a person types.
 */
export function useCompletion({ text, caret, known, onAccept }: Options) {
  const [isRequested, setRequested] = useState(false);
  const [active, setActive] = useState(-1);
  const id = useId();
  const found = completions(text, caret, known);
  const isOpen = isRequested && found.items.length > 0;
  const optionId = (index: number) => `${id}-${index}`;

  const close = () => {
    setRequested(false);
    setActive(-1);
  };
  const open = () => {
    setRequested(true);
    setActive(-1);
  };
  const accept = (index: number) => {
    const item = found.items[index];
    if (!item) return;
    setActive(-1);
    onAccept(replaceRange(text, found, item.text));
  };
  const move = (by: 1 | -1) => {
    const last = found.items.length - 1;
    setRequested(true);
    if (!isOpen || active < 0) setActive(by > 0 ? 0 : last);
    else setActive(active + by > last ? 0 : active + by < 0 ? last : active + by);
  };

  /** Handles a key that is about the suggestions. Whether it was one of them. */
  const handleKey = (event: KeyboardEvent): boolean => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || found.items.length === 0)
      return false;
    const isChosen = isOpen && active >= 0;
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp' && isOpen) move(-1);
    else if (event.key === 'Escape' && isOpen) close();
    else if ((event.key === 'Enter' || event.key === 'Tab') && isChosen) accept(active);
    else return false;
    event.preventDefault();
    return true;
  };

  return { items: found.items, isOpen, active, listId: id, optionId, open, close, accept, handleKey };
}

export type Completion = ReturnType<typeof useCompletion>;
