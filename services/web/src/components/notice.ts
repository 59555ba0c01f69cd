import { createStore, useStore } from '../store';

export interface Notice {
  id: number;
  title: string;
  detail?: string;
  /** The hash of a view that the message links to. */
  href?: string;
  linkText?: string;
}

const notices = createStore<Notice[]>([]);
let nextId = 1;

/** Reports that an action succeeded. A newer message takes the place of an older one. */
export function notify(notice: Omit<Notice, 'id'>): void {
  notices.set([{ ...notice, id: nextId++ }]);
}

export function dismissNotice(id: number): void {
  notices.set(notices.get().filter((notice) => notice.id !== id));
}

export const useNotices = (): Notice[] => useStore(notices);
