import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ImportChoices } from '../../api/model';
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

/** How the server reads a file, with what the user chose. Nothing is written. */
export function useImportPreview(source: Source | null, choices: ImportChoices) {
  const api = useApi();
  return useQuery({
    queryKey: [...keys.importPreview, source?.number ?? 0, choices],
    queryFn: ({ signal }) =>
      source ? api.imports.preview(source.bytes, choices, signal) : Promise.reject(new Error('no file')),
    enabled: source !== null,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
  });
}
