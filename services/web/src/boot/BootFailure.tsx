import Button from '@atlaskit/button/default/button';
import { useEffect } from 'react';
import { reportClientError } from '../api/report';
import { Facts } from '../components/Page';
import type { Failure } from '../host/failure';
import { t } from '../messages';
import { failureText } from '../messages/failure-text';
import css from './BootFailure.module.css';

interface Props {
  title?: string;
  failure: Failure;
  /** Whether the page tries again by itself. */
  isTrying?: boolean;
  onRetry: () => void;
}

function factsOf({ code, requestId }: Failure) {
  const facts = [{ label: t('boot.code'), value: <code>{code}</code> }];
  if (requestId) facts.push({ label: t('boot.request'), value: <code>{requestId}</code> });
  return facts;
}

/**
 * Takes the place of an endless spinner: what happened, what to do about it, and the code. What to
 * do names the person who does it.
 */
export function BootFailure({ title, failure, isTrying = false, onRetry }: Props) {
  useEffect(() => {
    reportClientError(failure);
  }, [failure]);
  const { cause, remedy } = failureText(failure);
  return (
    <main className={css.page}>
      <h1>{title ?? t(isTrying ? 'boot.notYet' : 'boot.title')}</h1>
      <p className={css.cause} role="alert">
        {cause}
      </p>
      {isTrying && <p>{t('boot.keepsTrying')}</p>}
      <h2>{t('boot.remedy')}</h2>
      <p>{remedy}</p>
      <div className={css.facts}>
        <Facts facts={factsOf(failure)} />
      </div>
      <Button appearance="primary" onClick={onRetry}>
        {t(isTrying ? 'boot.tryNow' : 'common.tryAgain')}
      </Button>
    </main>
  );
}
