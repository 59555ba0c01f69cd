import CrossIcon from '@atlaskit/icon/core/cross';
import SearchIcon from '@atlaskit/icon/core/search';
import Textfield from '@atlaskit/textfield';
import { useEffect, useRef, useState } from 'react';
import { t } from '../../messages';
import css from './SearchBox.module.css';

/** How long to wait after the last key before searching, in milliseconds. */
export const TYPING_PAUSE_MS = 300;

/** The text in the field, which runs ahead of the search until typing pauses. */
function useTyping(value: string, onSearch: (text: string) => void) {
  const [text, setText] = useState(value);
  const [searched, setSearched] = useState(value);
  const search = useRef(onSearch);

  useEffect(() => {
    search.current = onSearch;
  });

  // The search was changed from elsewhere: by the back button, or by "clear filters".
  if (value !== searched) {
    setSearched(value);
    setText(value);
  }

  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => {
      setSearched(text);
      search.current(text);
    }, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return { text, setText };
}

function ClearButton({ onClear }: { onClear: () => void }) {
  return (
    <button type="button" className={css.clear} aria-label={t('search.clear')} onClick={onClear}>
      <CrossIcon label="" size="small" color="currentColor" />
    </button>
  );
}

/** Searches when typing pauses. */
export function SearchBox({ value, onSearch }: { value: string; onSearch: (text: string) => void }) {
  const { text, setText } = useTyping(value, onSearch);
  const field = useRef<HTMLInputElement>(null);
  const clear = () => {
    setText('');
    field.current?.focus();
  };
  return (
    <div className={css.search} role="search">
      <Textfield
        ref={field}
        isCompact
        aria-label={t('search.label')}
        placeholder={t('search.label')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        elemBeforeInput={
          <span className={css.icon}>
            <SearchIcon label="" color="var(--ds-icon-subtle)" />
          </span>
        }
        elemAfterInput={text ? <ClearButton onClear={clear} /> : undefined}
      />
    </div>
  );
}
