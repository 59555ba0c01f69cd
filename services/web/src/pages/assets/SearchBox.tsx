import CrossIcon from '@atlaskit/icon/core/cross';
import SearchIcon from '@atlaskit/icon/core/search';
import Textfield from '@atlaskit/textfield';
import { useEffect, useRef, useState } from 'react';
import css from './ListPage.module.css';

/** How long to wait after the last key before asking, in milliseconds. */
export const TYPING_PAUSE_MS = 300;

/** Search text, told to the page when typing pauses. */
export function SearchBox({ value, onSearch }: { value: string; onSearch: (text: string) => void }) {
  const [text, setText] = useState(value);
  const [told, setTold] = useState(value);
  const search = useRef(onSearch);
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => {
    search.current = onSearch;
  });

  // Someone else changed the search: the back button, or "clear filters".
  if (value !== told) {
    setTold(value);
    setText(value);
  }

  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => {
      setTold(text);
      search.current(text);
    }, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value]);

  return (
    <div className={css.search} role="search">
      <Textfield
        ref={field}
        isCompact
        aria-label="Search assets"
        placeholder="Search assets"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        elemBeforeInput={
          <span className={css.searchIcon}>
            <SearchIcon label="" color="var(--ds-icon-subtle)" />
          </span>
        }
        elemAfterInput={
          text ? (
            <button
              type="button"
              className={css.clear}
              aria-label="Clear the search"
              onClick={() => {
                setText('');
                field.current?.focus();
              }}
            >
              <CrossIcon label="" size="small" color="currentColor" />
            </button>
          ) : undefined
        }
      />
    </div>
  );
}
