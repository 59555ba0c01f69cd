import { useSyncExternalStore } from 'react';

export interface Notice {
  id: number;
  title: string;
  detail?: string;
  /** A place in the app to go to from the message. */
  href?: string;
  linkText?: string;
}

let notices: Notice[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function publish(next: Notice[]) {
  notices = next;
  listeners.forEach((listener) => listener());
}

/** Tells the person that something was done. A newer message takes the place of an older one. */
export function notify(notice: Omit<Notice, 'id'>): void {
  publish([{ ...notice, id: nextId++ }]);
}

export function dismissNotice(id: number): void {
  publish(notices.filter((notice) => notice.id !== id));
}

export function useNotices(): Notice[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => notices,
  );
}
