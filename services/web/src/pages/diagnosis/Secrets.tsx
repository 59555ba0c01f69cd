import Lozenge, { type ThemeAppearance } from '@atlaskit/lozenge';
import type { Secret, SecretState } from '../../api/types';
import { formatAgo, formatCount, formatTime } from '../../components/format';
import { ScrollRegion } from '../../components/ScrollRegion';
import css from './Diagnosis.module.css';

const STATES: Record<SecretState, [string, ThemeAppearance, string]> = {
  current: ['Current', 'success', 'Verifies requests.'],
  previous: ['Previous', 'moved', 'Still accepted for a while after a rotation.'],
  candidate: ['Candidate', 'inprogress', 'Becomes current with the first request it verifies.'],
  superseded: ['Superseded', 'default', 'No longer accepted.'],
};

function Row({ secret }: { secret: Secret }) {
  const [label, appearance, meaning] = STATES[secret.state];
  return (
    <tr>
      <td>
        <code>{secret.fingerprint}</code>
      </td>
      <td>
        <span title={meaning}>
          <Lozenge appearance={appearance}>{label}</Lozenge>
        </span>
      </td>
      <td className={css.noWrap}>{formatTime(secret.since)}</td>
      <td className={css.noWrap}>{secret.acceptedUntil ? formatTime(secret.acceptedUntil) : '–'}</td>
      <td className={css.noWrap}>
        {secret.lastUsedAt ? (
          <time dateTime={secret.lastUsedAt} title={formatTime(secret.lastUsedAt)}>
            {formatAgo(secret.lastUsedAt)}
          </time>
        ) : (
          'Never'
        )}
      </td>
      <td className={css.number}>{formatCount(secret.uses)}</td>
    </tr>
  );
}

/** Each secret there ever was, newest first as the server sends them, never by value. */
export function Secrets({ secrets }: { secrets: Secret[] }) {
  return (
    <section className={css.card} aria-labelledby="secrets">
      <h2 id="secrets">Shared secrets</h2>
      <ScrollRegion label="Shared secrets">
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Fingerprint</th>
              <th scope="col">State</th>
              <th scope="col">Since</th>
              <th scope="col">Accepted until</th>
              <th scope="col">Last used</th>
              <th scope="col" className={css.number}>
                Uses
              </th>
            </tr>
          </thead>
          <tbody>
            {secrets.map((secret) => (
              <Row key={`${secret.fingerprint} ${secret.since}`} secret={secret} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}
