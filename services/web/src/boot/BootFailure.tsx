import Button from '@atlaskit/button/new';
import { useEffect } from 'react';
import type { Failure } from '../host/failure';
import css from './BootFailure.module.css';
import { reportClientError } from '../api/report';

interface Props {
  title?: string;
  failure: Failure;
  onRetry: () => void;
}

/** The page instead of an endless spinner: what happened, what each reader can do about it, and the code. */
export function BootFailure({ title = 'Tally could not start', failure, onRetry }: Props) {
  useEffect(() => {
    reportClientError(failure);
  }, [failure]);
  return (
    <main className={css.page}>
      <h1>{title}</h1>
      <p className={css.cause} role="alert">
        {failure.message}
      </p>
      <h2>What you can do</h2>
      <p>{failure.remedy}</p>
      <h2>What your Jira admin can do</h2>
      <ol>
        <li>
          In Jira settings, open <strong>Apps</strong>, then <strong>Manage apps</strong>, and check that
          Tally is enabled.
        </li>
        <li>
          Choose <strong>Update</strong> if it is offered. That makes Jira and Tally agree on a new secret.
        </li>
        <li>
          If nothing helps, uninstall Tally and install it again. Your assets and their history are kept.
        </li>
      </ol>
      <dl className={css.facts}>
        <dt>Code</dt>
        <dd>
          <code>{failure.code}</code>
        </dd>
        {failure.requestId && (
          <>
            <dt>Request</dt>
            <dd>
              <code>{failure.requestId}</code>
            </dd>
          </>
        )}
      </dl>
      <Button appearance="primary" onClick={onRetry}>
        Try again
      </Button>
    </main>
  );
}
