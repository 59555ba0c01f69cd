import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { keys } from '../api/queries';
import type { IncidentNotice } from '../api/model';
import { useApi } from '../api/session';
import { findBridge } from '../host/bridge';

/** How often to fetch the news, in milliseconds. A hidden page fetches nothing. */
export const NEWS_EVERY_MS = 60_000;

const STORE = 'tally-dismissed-news';

/** What is dismissed is one update and not the incident, so that the next update is shown. */
const nameOf = (notice: IncidentNotice) => `${notice.id} ${notice.updatedAt}`;

/** How long the host keeps what was dismissed, in days. */
const KEPT_DAYS = 7;

/** What was dismissed since the page was loaded, for a browser that refuses storage to frames. */
let dismissedHere: string[] = [];

function parseNames(text: unknown): string[] {
  try {
    const kept: unknown = typeof text === 'string' ? JSON.parse(text) : [];
    return Array.isArray(kept) ? kept.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

/** The frame's own storage, or null where the browser refuses it, as many do to third parties. */
function findStorage(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

const readDismissed = (): string[] => {
  const storage = findStorage();
  return storage ? parseNames(storage.getItem(STORE)) : dismissedHere;
};

function keepDismissed(names: string[]): void {
  const storage = findStorage();
  const text = JSON.stringify(names);
  if (storage) return storage.setItem(STORE, text);
  dismissedHere = names;
  findBridge()?.cookie?.save(STORE, text, KEPT_DAYS);
}

/** What was dismissed. Without storage of its own the frame asks the host, which answers later. */
function useDismissed() {
  const [dismissed, setDismissed] = useState(readDismissed);
  useEffect(() => {
    if (findStorage()) return;
    findBridge()?.cookie?.read(STORE, (kept) =>
      setDismissed((here) => [...new Set([...parseNames(kept), ...here])]),
    );
  }, []);
  const dismiss = (name: string) => {
    const names = [...dismissed, name].slice(-50);
    keepDismissed(names);
    setDismissed(names);
  };
  return { dismissed, dismiss };
}

/** The incidents that affect this site and whose latest update was not dismissed, newest first. */
export function useIncidentNews() {
  const api = useApi();
  const { dismissed, dismiss } = useDismissed();
  const { data } = useQuery({
    queryKey: keys.notices,
    queryFn: ({ signal }) => api.notices(signal),
    refetchInterval: NEWS_EVERY_MS,
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: true,
    staleTime: NEWS_EVERY_MS / 2,
    retry: false,
  });
  const notices = data?.items.filter((notice) => !dismissed.includes(nameOf(notice))) ?? [];
  return {
    notices,
    statusUrl: data?.statusUrl ?? null,
    dismiss: (notice: IncidentNotice) => dismiss(nameOf(notice)),
  };
}
