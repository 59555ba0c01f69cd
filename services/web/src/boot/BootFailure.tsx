import Button from '@atlaskit/button/default/button';
import { useEffect } from 'react';
import { reportClientError } from '../api/report';
import { Facts } from '../components/Page';
import { Rich } from '../components/Rich';
import type { Failure } from '../host/failure';
import { t } from '../messages';
import { failureText } from '../messages/failure-text';
import css from './BootFailure.module.css';

interface Props {
  title?: string;
  failure: Failure;
  onRetry: () => void;
}

function factsOf({ code, requestId }: Failure) {
  const facts = [{ label: t('boot.code'), value: <code>{code}</code> }];
  if (requestId) facts.push({ label: t('boot.request'), value: <code>{requestId}</code> });
  return facts;
}

/**
 * Takes the place of an endless spinner: what happened, what each reader can do about it, and the
 * code.
 */
export function BootFailure({ title, failure, onRetry }: Props) {
  useEffect(() => {
    reportClientError(failure);
  }, [failure]);
  const { cause, remedy } = failureText(failure);
  return (
    <main className={css.page}>
      <h1>{title ?? t('boot.title')}</h1>
      <p className={css.cause} role="alert">
        {cause}
      </p>
      <h2>{t('boot.forYou')}</h2>
      <p>{remedy}</p>
      <h2>{t('boot.forAdmin')}</h2>
      <ol>
        <li>
          <Rich id="boot.admin.enabled" />
        </li>
        <li>
          <Rich id="boot.admin.update" />
        </li>
        <li>{t('boot.admin.reinstall')}</li>
      </ol>
      <div className={css.facts}>
        <Facts facts={factsOf(failure)} />
      </div>
      <Button appearance="primary" onClick={onRetry}>
        {t('common.tryAgain')}
      </Button>
    </main>
  );
}
