import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../api/queries';
import type { IncidentNotice } from '../api/model';
import { useApi } from '../api/session';

/** How often to fetch the news, in milliseconds. A hidden page fetches nothing. */
export const NEWS_EVERY_MS = 60_000;

const STORE = 'tally-dismissed-news';

/** What is dismissed is one update and not the incident, so that the next update is shown. */
const nameOf = (notice: IncidentNotice) => `${notice.id} ${notice.updatedAt}`;

/**
 * A browser that blocks third-party storage refuses it to a frame; then it lasts as long as the
 * page.
 */
function readDismissed(): string[] {
  try {
    const kept: unknown = JSON.parse(window.sessionStorage.getItem(STORE) ?? '[]');
    return Array.isArray(kept) ? kept.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

function keepDismissed(names: string[]): void {
  try {
    window.sessionStorage.setItem(STORE, JSON.stringify(names));
  } catch {
    // See readDismissed.
  }
}

/** The incidents that affect this site and whose latest update was not dismissed, newest first. */
export function useIncidentNews() {
  const api = useApi();
  const [dismissed, setDismissed] = useState(readDismissed);
  const { data } = useQuery({
    queryKey: keys.notices,
    queryFn: ({ signal }) => api.notices(signal),
    refetchInterval: NEWS_EVERY_MS,
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: true,
    staleTime: NEWS_EVERY_MS / 2,
    retry: false,
  });
  const dismiss = (notice: IncidentNotice) => {
    const names = [...dismissed, nameOf(notice)].slice(-50);
    keepDismissed(names);
    setDismissed(names);
  };
  const notices = data?.items.filter((notice) => !dismissed.includes(nameOf(notice))) ?? [];
  return { notices, statusUrl: data?.statusUrl ?? null, dismiss };
}
