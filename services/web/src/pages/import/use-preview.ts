import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ImportChoices, ImportPreview } from '../../api/model';
import { keys } from '../../api/queries';
import { useApi } from '../../api/session';
import type { Source } from './source';

/** How long a text must rest before it is read, in milliseconds. */
const REST = 400;

/** `value`, once it has not changed for a moment. */
export function useRested<T>(value: T): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

/**
 * How the server reads a file, with what the user chose. Nothing is written. `shown` is the last
 * answer about this file, so that another choice can follow one that the server refuses.
 */
export function useImportPreview(source: Source | null, choices: ImportChoices) {
  const api = useApi();
  const number = source?.number ?? 0;
  const { data, error, isFetching } = useQuery({
    queryKey: [...keys.importPreview, number, choices],
    queryFn: ({ signal }) =>
      source ? api.imports.preview(source.bytes, choices, signal) : Promise.reject(new Error('no file')),
    enabled: source !== null,
    staleTime: Infinity,
    gcTime: 60_000,
  });
  const [last, setLast] = useState<{ number: number; preview: ImportPreview } | null>(null);
  if (data && last?.preview !== data) setLast({ number, preview: data });
  const shown = data ?? (last?.number === number ? last.preview : null);
  return { current: data ?? null, shown, error, isFetching };
}
