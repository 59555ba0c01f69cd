import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { toFailure, type Failure } from '../host/failure';
import { noteFailure, noteSuccess } from './access';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: Failure;
  }
}

/** A retry helps when the network or the server failed, never when the server refused. */
function worthRetrying(tries: number, failure: Failure): boolean {
  if (tries >= 2) return false;
  return failure.code === 'network.unreachable' || (failure.status != null && failure.status >= 502);
}

export function createQueryClient(): QueryClient {
  const watch = {
    onError: (cause: unknown) => noteFailure(toFailure(cause)),
    onSuccess: noteSuccess,
  };
  return new QueryClient({
    queryCache: new QueryCache(watch),
    mutationCache: new MutationCache(watch),
    defaultOptions: {
      queries: {
        retry: worthRetrying,
        retryDelay: (n) => 400 * 2 ** n,
        staleTime: 10_000,
        networkMode: 'always',
      },
      // The host's frame may be reported as offline when it is not; the transport explains a real
      // failure.
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
