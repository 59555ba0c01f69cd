import { useEffect, useRef } from 'react';
import { t } from '../../../messages';
import type { Completion } from './use-completion';
import css from './QueryBar.module.css';

/**
 * The suggestions. The focus stays in the field, which names the chosen one as its active
 * descendant.
 */
export function CompletionList({ completion }: { completion: Completion }) {
  const { items, active, listId, optionId, accept } = completion;
  const chosen = useRef<HTMLDivElement>(null);
  useEffect(() => {
    chosen.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div id={listId} role="listbox" aria-label={t('query.suggestions')} className={css.suggestions}>
      {items.map((item, index) => (
        // Keys are handled by the field, which holds the focus.
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events
        <div
          key={item.text}
          id={optionId(index)}
          ref={index === active ? chosen : undefined}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className={css.suggestion}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => accept(index)}
        >
          <code>{item.text}</code>
          {item.note && <span className={css.note}>{item.note}</span>}
        </div>
      ))}
    </div>
  );
}
