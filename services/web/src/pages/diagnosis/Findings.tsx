import Lozenge, { type ThemeAppearance } from '@atlaskit/lozenge';
import type { ReactNode } from 'react';
import type { Finding, Installation, Likelihood, Reason } from '../../api/model';
import { FailurePanel } from '../../components/FailurePanel';
import { ServerText } from '../../components/ServerText';
import { Waiting } from '../../components/Waiting';
import { t, type MessageId } from '../../messages';
import { formatAgo, formatTime } from '../../messages/format';
import { Message } from '../../components/Message';
import css from './Findings.module.css';
import { useDiagnosis } from './queries';

const APPEARANCE: Record<Likelihood, ThemeAppearance> = {
  certain: 'removed',
  likely: 'moved',
  possible: 'inprogress',
  note: 'default',
};

const TIMES = ['at', 'first', 'last', 'since', 'until', 'staged', 'handshake'];

/** The values of a reason's text, with times as the reader writes them. */
function valuesOf({ values }: Reason): Record<string, string | number> {
  const shown: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(values)) {
    shown[name] = TIMES.includes(name) ? formatTime(String(value)) : value;
  }
  const { count = 0, first = '', last = '' } = shown;
  return { ...shown, times: t('evidence.times', { count, first, last }) };
}

function ReasonItem({ reason }: { reason: Reason }) {
  const id = `evidence.${reason.code}` satisfies MessageId;
  return (
    <li>
      <ServerText id={id} values={valuesOf(reason)} fallback={reason.text} />
    </li>
  );
}

function FindingItem({ finding }: { finding: Finding }) {
  const part = (name: 'symptom' | 'cause' | 'remedy') => (
    <ServerText id={`finding.${finding.entry}.${name}`} fallback={finding[name]} />
  );
  return (
    <li className={css.finding} data-likelihood={finding.likelihood}>
      <p className={css.head}>
        <Lozenge appearance={APPEARANCE[finding.likelihood]}>{t(`likelihood.${finding.likelihood}`)}</Lozenge>
        <code>{finding.entry}</code>
      </p>
      <h3>{part('symptom')}</h3>
      <p>{part('cause')}</p>
      <div className={css.parts}>
        <div>
          <h4>{t('findings.evidence')}</h4>
          <ul>
            {finding.reasons.map((reason) => (
              <ReasonItem key={reason.text} reason={reason} />
            ))}
          </ul>
        </div>
        <div>
          <h4>{t('findings.remedy')}</h4>
          <p>{part('remedy')}</p>
        </div>
      </div>
    </li>
  );
}

function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at}>
      {formatTime(at)}, {formatAgo(at)}
    </time>
  );
}

function ProofItem({ label, children }: { label: string; children: ReactNode }) {
  return (
    <li>
      {label}: {children}
    </li>
  );
}

/** What worked last, as evidence that nothing is wrong. */
function Proof({ tenant }: Pick<Installation, 'tenant'>) {
  const { lastPageLoadAt, lastHandshakeAt } = tenant;
  return (
    <ul className={css.proof}>
      <ProofItem label={t('findings.lastPage')}>
        {lastPageLoadAt ? <Moment at={lastPageLoadAt} /> : t('findings.noPage')}
      </ProofItem>
      <ProofItem label={t('findings.lastHandshake')}>
        <Moment at={lastHandshakeAt} />
      </ProofItem>
    </ul>
  );
}

function Verdict({ findings, tenant }: { findings: Finding[] } & Pick<Installation, 'tenant'>) {
  const isWell = findings.every(({ likelihood }) => likelihood === 'note');
  return (
    <>
      {isWell && (
        <Message appearance="success" title={t('findings.well')}>
          <Proof tenant={tenant} />
        </Message>
      )}
      {findings.length > 0 && (
        <section className={css.findings} aria-labelledby="findings">
          <h2 id="findings">{isWell ? t('findings.notes') : t('findings.wrong')}</h2>
          <ol>
            {findings.map((finding) => (
              <FindingItem key={finding.entry} finding={finding} />
            ))}
          </ol>
        </section>
      )}
    </>
  );
}

/** The known problems of this installation, with evidence and remedy; or that there are none. */
export function Findings({ tenant }: Pick<Installation, 'tenant'>) {
  const diagnosis = useDiagnosis();
  if (diagnosis.error && !diagnosis.data) {
    return (
      <FailurePanel
        title={t('findings.failed')}
        failure={diagnosis.error}
        onRetry={() => void diagnosis.refetch()}
      />
    );
  }
  if (!diagnosis.data) return <Waiting label={t('findings.loading')} />;
  return <Verdict findings={diagnosis.data.findings} tenant={tenant} />;
}
