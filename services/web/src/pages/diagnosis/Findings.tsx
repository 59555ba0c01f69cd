import Lozenge, { type ThemeAppearance } from '@atlaskit/lozenge';
import SectionMessage from '@atlaskit/section-message';
import type { Finding, Installation, Likelihood } from '../../api/types';
import { FailurePanel } from '../../components/FailurePanel';
import { formatAgo, formatTime } from '../../components/format';
import { Waiting } from '../../components/Waiting';
import css from './Findings.module.css';
import { useDiagnosis } from './queries';

const SURENESS: Record<Likelihood, [string, ThemeAppearance]> = {
  certain: ['Certain', 'removed'],
  likely: ['Likely', 'moved'],
  possible: ['Possible', 'inprogress'],
  note: ['Good to know', 'default'],
};

function Found({ finding }: { finding: Finding }) {
  const [label, appearance] = SURENESS[finding.likelihood];
  return (
    <li className={css.finding} data-sureness={finding.likelihood}>
      <p className={css.head}>
        <Lozenge appearance={appearance}>{label}</Lozenge>
        <code>{finding.entry}</code>
      </p>
      <h3>{finding.symptom}</h3>
      <p>{finding.cause}</p>
      <div className={css.parts}>
        <div>
          <h4>Why we think so</h4>
          <ul>
            {finding.why.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </div>
        <div>
          <h4>What to do</h4>
          <p>{finding.remedy}</p>
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

/** What has gone well last, so that "nothing is wrong" is more than the absence of news. */
function Proof({ tenant }: Pick<Installation, 'tenant'>) {
  return (
    <ul className={css.proof}>
      <li>
        Last page that opened: {tenant.lastPageLoadAt ? <Moment at={tenant.lastPageLoadAt} /> : 'none yet'}
      </li>
      <li>
        Last handshake with Jira: <Moment at={tenant.lastHandshakeAt} />
      </li>
    </ul>
  );
}

function Verdict({ findings, tenant }: { findings: Finding[] } & Pick<Installation, 'tenant'>) {
  const isWell = findings.every(({ likelihood }) => likelihood === 'note');
  return (
    <>
      {isWell && (
        <SectionMessage appearance="success" title="Nothing is known to be wrong">
          <Proof tenant={tenant} />
        </SectionMessage>
      )}
      {findings.length > 0 && (
        <section className={css.findings} aria-labelledby="findings">
          <h2 id="findings">{isWell ? 'Good to know' : 'What is wrong'}</h2>
          <ol>
            {findings.map((finding) => (
              <Found key={finding.entry} finding={finding} />
            ))}
          </ol>
        </section>
      )}
    </>
  );
}

/** What is known to be wrong with this install, why that is thought, and what to do; or that nothing is. */
export function Findings({ tenant }: Pick<Installation, 'tenant'>) {
  const diagnosis = useDiagnosis();
  if (diagnosis.error && !diagnosis.data) {
    return (
      <FailurePanel
        title="The diagnosis could not be made"
        failure={diagnosis.error}
        onRetry={() => void diagnosis.refetch()}
      />
    );
  }
  if (!diagnosis.data) return <Waiting label="Looking for what is wrong" />;
  return <Verdict findings={diagnosis.data.findings} tenant={tenant} />;
}
