import Button from '@atlaskit/button/default/button';
import ModalDialog, {
  CloseButton,
  ModalBody,
  ModalFooter,
  ModalHeader,
  ModalTitle,
  ModalTransition,
} from '@atlaskit/modal-dialog';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { t } from '../messages';
import css from './Dialog.module.css';

interface Props {
  title: string;
  width?: 'small' | 'medium' | 'large';
  appearance?: 'primary' | 'danger' | 'warning';
  submitLabel: string;
  isBusy?: boolean;
  canSubmit?: boolean;
  /** Whether the person entered something that would be lost with the dialog. */
  hasEntries: boolean;
  onSubmit: () => void;
  onClose: () => void;
  /**
   * The latest problem. When it changes, the first invalid field, or else the message, is brought
   * into view.
   */
  problem?: unknown;
  /** A button at the start of the footer. */
  extraAction?: ReactNode;
  children: ReactNode;
}

function useShowProblem(problem: unknown) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!problem) return;
    const field = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (field) field.focus();
    else form.current?.querySelector('[role="alert"]')?.scrollIntoView({ block: 'nearest' });
  }, [problem]);
  return form;
}

/** Asks before entries are lost. The safe answer has the focus. */
function DiscardQuestion({ onKeep, onDiscard }: { onKeep: () => void; onDiscard: () => void }) {
  return (
    <div role="alertdialog" aria-label={t('dialog.discardQuestion')} className={css.question}>
      <p className={css.questionText}>{t('dialog.discardQuestion')}</p>
      <Button autoFocus onClick={onKeep}>
        {t('dialog.keepEditing')}
      </Button>
      <Button appearance="danger" onClick={onDiscard}>
        {t('dialog.discard')}
      </Button>
    </div>
  );
}

/**
 * Closes the dialog, and asks before that where entries would be lost. Escape at the question means
 * no.
 */
function useClosing({ hasEntries, onClose }: Pick<Props, 'hasEntries' | 'onClose'>) {
  const [isAsking, setAsking] = useState(false);
  const close = () => {
    if (hasEntries) setAsking(!isAsking);
    else onClose();
  };
  return { isAsking: isAsking && hasEntries, keep: () => setAsking(false), close };
}

/**
 * A form in a modal dialog: Enter submits, Escape cancels, focus comes back to where it was. Closing
 * it in passing, by Escape, a click outside or the cross, asks before it discards entries.
 */
export function Dialog(props: Props) {
  const form = useShowProblem(props.problem);
  const {
    title,
    width = 'medium',
    appearance = 'primary',
    isBusy = false,
    canSubmit = true,
    onClose,
  } = props;
  const { isAsking, keep, close } = useClosing(props);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isBusy && canSubmit && !isAsking) props.onSubmit();
  };
  return (
    <ModalTransition>
      <ModalDialog width={width} onClose={close} shouldScrollInViewport={false}>
        <form ref={form} className={css.form} onSubmit={submit} noValidate>
          <ModalHeader>
            <ModalTitle>{title}</ModalTitle>
            <CloseButton onClick={close} label={t('common.close')} />
          </ModalHeader>
          <ModalBody>{props.children}</ModalBody>
          <ModalFooter>
            {isAsking ? (
              <DiscardQuestion onKeep={keep} onDiscard={onClose} />
            ) : (
              <>
                {props.extraAction && <div className={css.extra}>{props.extraAction}</div>}
                <Button appearance="subtle" onClick={onClose}>
                  {t('common.cancel')}
                </Button>
                <Button type="submit" appearance={appearance} isLoading={isBusy} isDisabled={!canSubmit}>
                  {props.submitLabel}
                </Button>
              </>
            )}
          </ModalFooter>
        </form>
      </ModalDialog>
    </ModalTransition>
  );
}

/** A paragraph before the fields of a dialog. */
export function DialogText({ children }: { children: ReactNode }) {
  return <p className={css.text}>{children}</p>;
}
