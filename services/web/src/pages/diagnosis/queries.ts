import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { keys } from '../../api/queries';
import type { Page } from '../../api/model';
import { useApi } from '../../api/session';

const flat = <T>(data: InfiniteData<Page<T>, string | null>) => data.pages.flatMap((page) => page.items);

export function useInstallation() {
  const api = useApi();
  return useQuery({
    queryKey: [...keys.admin, 'installation'],
    queryFn: ({ signal }) => api.admin.installation(signal),
  });
}

export function useDiagnosis() {
  const api = useApi();
  return useQuery({
    queryKey: [...keys.admin, 'diagnosis'],
    queryFn: ({ signal }) => api.admin.diagnosis(signal),
  });
}

export function useTimeline() {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: [...keys.admin, 'timeline'],
    queryFn: ({ pageParam, signal }) => api.admin.timeline(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    select: flat,
  });
}

export function useInstallLog() {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: [...keys.admin, 'install-log'],
    queryFn: ({ pageParam, signal }) => api.admin.installLog(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    select: flat,
  });
}

/** Fetches everything on the page again. */
export function useRefresh() {
  const queries = useQueryClient();
  return () => queries.refetchQueries({ queryKey: keys.admin });
}
