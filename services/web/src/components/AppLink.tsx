import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { hostHref, isPlainClick, navigate } from '../host/address';

/** Follows a link inside the app; a click for a tab or window of its own is left to the browser. */
export function followLink(event: MouseEvent, to: string): void {
  if (!isPlainClick(event)) return;
  event.preventDefault();
  navigate(to);
}

interface Props extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href' | 'onClick'> {
  /** The hash of a view. */
  to: string;
}

/** A link to another view. Its address is one that can be opened by itself, copied and shared. */
export function AppLink({ to, children, ...rest }: Props) {
  return (
    <a {...rest} href={hostHref(to)} onClick={(event) => followLink(event, to)}>
      {children}
    </a>
  );
}
