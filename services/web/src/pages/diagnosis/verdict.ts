import type { Installation, InstallLogEntry, Secret } from '../../api/types';
import { formatAgo } from '../../components/format';

/** The state of the install in words. */
export interface HealthVerdict {
  tone: 'success' | 'information' | 'warning' | 'error';
  title: string;
  detail: string;
  /** What to do; null when nothing is to be done. */
  remedy: string | null;
}

const UPDATE =
  'In Jira settings under Apps, Manage apps, choose Update for Tally, or uninstall and install it again.';

const byState = (secrets: Secret[], state: Secret['state']) =>
  secrets.find((secret) => secret.state === state);

/** A refused callback that no accepted one has followed. The log is newest first. */
export function openRefusal(log: InstallLogEntry[]): InstallLogEntry | null {
  const newest = log.find((entry) => entry.callback === 'installed' || entry.outcome === 'refused');
  return newest?.outcome === 'refused' ? newest : null;
}

function ofStatus({ tenant }: Installation): HealthVerdict | null {
  if (tenant.status === 'uninstalled') {
    return {
      tone: 'error',
      title: 'Tally is uninstalled from this site',
      detail: 'Jira has told Tally that the app was removed. The data is kept.',
      remedy: 'Install Tally again from Manage apps.',
    };
  }
  if (tenant.status === 'disabled') {
    return {
      tone: 'warning',
      title: 'Tally is disabled on this site',
      detail: 'Jira has told Tally that the app was disabled, so people may not see it.',
      remedy: 'Enable Tally in Jira settings under Apps, Manage apps.',
    };
  }
  return null;
}

function ofSecrets({ secrets }: Installation): HealthVerdict | null {
  const current = byState(secrets, 'current');
  const candidate = byState(secrets, 'candidate');
  const previous = byState(secrets, 'previous');
  if (!current) {
    return {
      tone: 'error',
      title: 'There is no current secret',
      detail: 'No install from Jira has been accepted, so no request can be verified.',
      remedy: UPDATE,
    };
  }
  if (candidate) {
    return {
      tone: 'warning',
      title: 'A secret is waiting to prove itself',
      detail: `An install arrived late or failed (${candidate.fingerprint}). The first request signed with it makes it the current one.`,
      remedy: 'Nothing yet. If people see refusals, choose Update for Tally in Manage apps.',
    };
  }
  if (previous?.lastUsedAt && previous.lastUsedAt > current.since) {
    return {
      tone: 'information',
      title: 'Some requests still use the previous secret',
      detail: `Last ${formatAgo(previous.lastUsedAt)}. That is normal for a while after a rotation; they are accepted until it ends.`,
      remedy: null,
    };
  }
  return null;
}

function ofRefusals(log: InstallLogEntry[]): HealthVerdict | null {
  const refusal = openRefusal(log);
  if (!refusal) return null;
  return {
    tone: 'warning',
    title: `The last “${refusal.callback}” callback was refused`,
    detail: `${refusal.cause ?? 'No cause was recorded.'} (${refusal.code ?? 'no code'})`,
    remedy: refusal.remedy ?? UPDATE,
  };
}

function allWell({ secrets }: Installation): HealthVerdict {
  const current = byState(secrets, 'current');
  if (!current?.lastUsedAt) {
    return {
      tone: 'information',
      title: 'The current secret has not been used yet',
      detail: 'It was accepted, and no request has come since. Open any Tally page to use it.',
      remedy: null,
    };
  }
  return {
    tone: 'success',
    title: 'All well',
    detail: `Every recent request was verified with the current secret. Last use: ${formatAgo(current.lastUsedAt)}.`,
    remedy: null,
  };
}

const SEVERITY = ['error', 'warning', 'information', 'success'] as const;

/** The worst thing that is true decides. */
export function healthVerdict(installation: Installation, log: InstallLogEntry[]): HealthVerdict {
  const found = [ofStatus(installation), ofRefusals(log), ofSecrets(installation), allWell(installation)];
  const verdicts = found.filter((verdict) => verdict !== null);
  verdicts.sort((a, b) => SEVERITY.indexOf(a.tone) - SEVERITY.indexOf(b.tone));
  return verdicts[0] ?? allWell(installation);
}
