import { createContext, useContext } from 'react';
import type { Api } from './client';
import type { Me, Permission } from './model';

export const ApiContext = createContext<Api | null>(null);
export const MeContext = createContext<Me | null>(null);

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (!api) throw new Error('useApi is called outside the app');
  return api;
}

/** Who is signed in. For pages below the gate, which has waited for the answer. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('useMe is called before the session is known');
  return me;
}

/** Whether to offer an action. The server decides again; this only avoids refusals. */
export function useCan(permission: Permission): boolean {
  return useMe().can.includes(permission);
}
