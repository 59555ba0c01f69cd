import type { Failure } from '../host/failure';
import { createStore, useStore } from '../store';
import { reportClientError } from './report';

/**
 * The refusal of our tokens, or null while the server accepts them. Every request counts: a refusal
 * raises the banner, the next accepted answer takes it down.
 */
const refusedAccess = createStore<Failure | null>(null);

const LOST_ACCESS = ['host.token_timeout', 'host.token_failed', 'host.bridge_missing'];

export function noteFailure(failure: Failure): void {
  if (failure.status !== 401 && !LOST_ACCESS.includes(failure.code)) return;
  // Several requests may fail together; people see one banner.
  if (!refusedAccess.get()) reportClientError(failure);
  refusedAccess.set(failure);
}

export const noteSuccess = (): void => refusedAccess.set(null);

export const useRefusedAccess = (): Failure | null => useStore(refusedAccess);
