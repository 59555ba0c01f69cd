import { useSyncExternalStore } from 'react';
import { reportClientError } from './report';
import type { Failure } from '../host/failure';

/**
 * Whether the server still accepts our tokens. One place for the whole page, since every request tells: a refusal
 * raises the banner, the next accepted answer takes it down.
 */
let refused: Failure | null = null;
const listeners = new Set<() => void>();

function set(next: Failure | null) {
  if (next === refused) return;
  refused = next;
  listeners.forEach((listener) => listener());
}

const LOST_ACCESS = ['host.token_timeout', 'host.token_failed', 'host.bridge_missing'];

export function noteFailure(failure: Failure): void {
  if (failure.status !== 401 && !LOST_ACCESS.includes(failure.code)) return;
  // Several requests may fail together; people see one banner.
  if (!refused) reportClientError(failure);
  set(failure);
}

export function noteSuccess(): void {
  set(null);
}

export function useRefusedAccess(): Failure | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => refused,
  );
}
