import Button from '@atlaskit/button/default/button';
import type { ReactNode } from 'react';
import type { Failure } from '../host/failure';
import { t } from '../messages';
import { failureText, type FailureText } from '../messages/failure-text';
import { Message } from './Message';
import css from './FailurePanel.module.css';
import { Rich } from './Rich';

interface Props {
  failure: Failure;
  /** What did not work, in a few words: "The list could not be loaded". */
  title: string;
  /** Other texts than those of the code, where the page knows more. */
  text?: FailureText;
  onRetry?: () => void;
  action?: ReactNode;
}

/** A refusal or failure inside a page: cause, remedy, code, and what to do next. */
export function FailurePanel({ failure, title, text, onRetry, action }: Props) {
  const { cause, remedy } = text ?? failureText(failure);
  return (
    <div role="alert" className={css.panel}>
      <Message appearance={failure.status === 403 ? 'warning' : 'error'} title={title}>
        <p className={css.line}>{cause}</p>
        <p className={css.line}>{remedy}</p>
        <p className={css.code}>
          {failure.requestId ? (
            <Rich id="failure.codeAndRequest" values={{ code: failure.code, request: failure.requestId }} />
          ) : (
            <Rich id="failure.code" values={{ code: failure.code }} />
          )}
        </p>
        {(onRetry || action) && (
          <div className={css.actions}>
            {onRetry && (
              <Button spacing="compact" onClick={onRetry}>
                {t('common.tryAgain')}
              </Button>
            )}
            {action}
          </div>
        )}
      </Message>
    </div>
  );
}
