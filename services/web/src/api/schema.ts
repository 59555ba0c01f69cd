import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Failure } from '../host/failure';
import type { Api } from './client';
import type { Attribute } from './model';
import { keys } from './queries';
import { useApi } from './session';

/** The attribute that every asset has and is known by. */
export const NAME = 'name';

/** What is the same in all spellings of a name; `_` stands for a space, and `ß` is `ss`. */
export const foldName = (name: string): string =>
  name.normalize().replaceAll('_', ' ').replace(/\s+/g, ' ').trim().toUpperCase().toLowerCase();

/** The attributes of the register, in the order in which a form shows them. */
export class Schema {
  private readonly byKey: ReadonlyMap<string, Attribute>;

  constructor(readonly attributes: readonly Attribute[]) {
    this.byKey = new Map(attributes.map((attribute) => [attribute.key, attribute]));
  }

  find(key: string): Attribute | undefined {
    return this.byKey.get(key);
  }

  /** The attribute that people or programs know by this name, however they spell it. */
  findNamed(name: string): Attribute | undefined {
    const sought = foldName(name);
    const isMeant = ({ key, name: own }: Attribute) => [key, own].some((one) => foldName(one) === sought);
    return this.find(name) ?? this.attributes.find(isMeant);
  }

  get builtIn(): Attribute[] {
    return this.attributes.filter(({ builtIn }) => builtIn);
  }

  /** Those that this register has besides the ones that all have. */
  get free(): Attribute[] {
    return this.attributes.filter(({ builtIn }) => !builtIn);
  }

  get facets(): Attribute[] {
    return this.attributes.filter(({ facet }) => facet);
  }

  get sortable(): Attribute[] {
    return this.attributes.filter(({ sortable }) => sortable);
  }

  /** The keys of all attributes in their order, then those of `others` that it lacks. */
  keysWith(others: Iterable<string>): string[] {
    const lacking = [...new Set(others)].filter((key) => !this.byKey.has(key));
    return [...this.byKey.keys(), ...lacking.sort()];
  }
}

const UNKNOWN = new Schema([]);

/** Attributes are only ever added, and an answer that names a new one has the schema read again. */
const schemaQuery = (api: Api) => ({
  queryKey: keys.schema,
  queryFn: ({ signal }: { signal: AbortSignal }) => api.schema(signal),
  staleTime: Infinity,
  gcTime: Infinity,
});

/** Begins to read the schema before a page needs it. */
export function useEarlySchema(isNeeded: boolean): void {
  const api = useApi();
  const queries = useQueryClient();
  useEffect(() => {
    if (isNeeded) void queries.prefetchQuery(schemaQuery(api));
  }, [api, queries, isNeeded]);
}

export interface KnownSchema {
  /** Without any attribute while it is not known. */
  schema: Schema;
  isKnown: boolean;
  isLoading: boolean;
  /** Why it is not known. */
  failure: Failure | null;
  retry: () => void;
}

/**
 * The schema of the register, read once and shared by all that show attributes. `named` are keys
 * that an answer names: it is read again when it lacks one of them, once for the same keys.
 */
export function useSchema(named: readonly string[] = []): KnownSchema {
  const { data, error, isPending, refetch } = useQuery(schemaQuery(useApi()));
  const schema = useMemo(() => (data ? new Schema(data.attributes) : UNKNOWN), [data]);
  const isKnown = data !== undefined;
  const lacking = isKnown ? [...new Set(named)].filter((key) => !schema.find(key)).sort() : [];
  const reason = lacking.join(' ');
  useEffect(() => {
    if (reason) void refetch({ cancelRefetch: false });
  }, [reason, refetch]);
  return {
    schema,
    isKnown,
    isLoading: isPending,
    failure: isKnown ? null : error,
    retry: () => void refetch(),
  };
}
