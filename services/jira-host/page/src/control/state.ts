/** The part of the control interface's state that this page shows. */
export interface State {
  app: { baseUrl: string; key: string | null };
  acts: { name: string; meaning: string }[];
  sites: Site[];
}

export interface Site {
  id: string;
  name: string;
  baseUrl: string;
  clientKey: string;
  state: 'not_installed' | 'installed' | 'disabled' | 'uninstalled';
  secretFingerprint: string | null;
  secretKnownToApp: boolean | null;
  handshakeFailed: boolean;
  restDown: boolean;
  restForbids: boolean;
  callbacksSwallowed: boolean;
  version: number;
  can: string[];
  appKey: string | null;
  appPage: string | null;
  lastCallbacks: Callback[];
}

export interface Callback {
  at: string;
  act: string;
  callback: string;
  url: string;
  signed: string;
  status: number | null;
  body: string | null;
  error: string | null;
  millis: number;
  swallowed: boolean;
  secretFingerprint: string | null;
}

export interface ActResult {
  callback: { url: string | null; status: number | null; swallowed: boolean; body: string | null };
  site: Site;
}

/** Whether the platform accepts an answer with that status. */
export function isAccepted(status: number | null): boolean {
  return status === 200 || status === 204;
}
