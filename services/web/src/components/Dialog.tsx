import Button from '@atlaskit/button/new';
import ModalDialog, {
  CloseButton,
  ModalBody,
  ModalFooter,
  ModalHeader,
  ModalTitle,
  ModalTransition,
} from '@atlaskit/modal-dialog';
import type { FormEvent, ReactNode } from 'react';
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
  /** A button at the start of the footer. */
  extraAction?: ReactNode;
  children: ReactNode;
}

/** A form in a modal dialog: Enter submits, Escape cancels, focus comes back to where it was. */
export function Dialog(props: Props) {
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
        <form className={css.form} onSubmit={submit} noValidate>
          <ModalHeader>
            <ModalTitle>{title}</ModalTitle>
            <CloseButton onClick={onClose} label="Close" />
          </ModalHeader>
          <ModalBody>{props.children}</ModalBody>
          <ModalFooter>
            {props.extraAction && <div className={css.extra}>{props.extraAction}</div>}
            <Button appearance="subtle" onClick={onClose}>
              Cancel
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
