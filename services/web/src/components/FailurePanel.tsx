import SectionMessage from '@atlaskit/section-message';
import Button from '@atlaskit/button/new';
import type { ReactNode } from 'react';
import type { Failure } from '../host/failure';
import css from './FailurePanel.module.css';

interface Props {
  failure: Failure;
  /** What did not work, in a few words: "The list could not be loaded". */
  title: string;
  onRetry?: () => void;
  action?: ReactNode;
}

/** A refusal or failure inside a page: cause, remedy, code, and a way to go on. */
export function FailurePanel({ failure, title, onRetry, action }: Props) {
  return (
    <div role="alert" className={css.panel}>
      <SectionMessage appearance={failure.status === 403 ? 'warning' : 'error'} title={title}>
        <p className={css.line}>{failure.message}</p>
        <p className={css.line}>{failure.remedy}</p>
        <p className={css.code}>
          Code <code>{failure.code}</code>
          {failure.requestId && (
            <>
              , request <code>{failure.requestId}</code>
            </>
          )}
        </p>
        {(onRetry || action) && (
          <div className={css.actions}>
            {onRetry && (
              <Button spacing="compact" onClick={onRetry}>
                Try again
              </Button>
            )}
            {action}
          </div>
        )}
      </SectionMessage>
    </div>
  );
}
