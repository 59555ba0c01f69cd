import Button from '@atlaskit/button/default/button';
import ModalDialog, {
  CloseButton,
  ModalBody,
  ModalFooter,
  ModalHeader,
  ModalTitle,
  ModalTransition,
} from '@atlaskit/modal-dialog';
import { useEffect, useRef, type FormEvent, type ReactNode } from 'react';
import { t } from '../messages';
import css from './Dialog.module.css';

interface Props {
  title: string;
  width?: 'small' | 'medium' | 'large';
  appearance?: 'primary' | 'danger' | 'warning';
  submitLabel: string;
  isBusy?: boolean;
  canSubmit?: boolean;
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

/** A form in a modal dialog: Enter submits, Escape cancels, focus comes back to where it was. */
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isBusy && canSubmit) props.onSubmit();
  };
  return (
    <ModalTransition>
      <ModalDialog width={width} onClose={onClose} shouldScrollInViewport={false}>
        <form ref={form} className={css.form} onSubmit={submit} noValidate>
          <ModalHeader>
            <ModalTitle>{title}</ModalTitle>
            <CloseButton onClick={onClose} label={t('common.close')} />
          </ModalHeader>
          <ModalBody>{props.children}</ModalBody>
          <ModalFooter>
            {props.extraAction && <div className={css.extra}>{props.extraAction}</div>}
            <Button appearance="subtle" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" appearance={appearance} isLoading={isBusy} isDisabled={!canSubmit}>
              {props.submitLabel}
            </Button>
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
