import { Component, type ReactNode } from 'react';
import { BootFailure } from '../boot/BootFailure';
import { Failure } from '../host/failure';
import { t } from '../messages';

interface State {
  failure: Failure | null;
}

const pageFailure = (cause: unknown) =>
  new Failure({
    code: 'ui.page_failed',
    values: { detail: cause instanceof Error ? cause.message : String(cause) },
  });

/**
 * Explains a page that throws, or whose code is gone after a release, where there would be a white
 * frame.
 */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { failure: null };

  static getDerivedStateFromError(cause: unknown): State {
    return { failure: pageFailure(cause) };
  }

  override render() {
    if (!this.state.failure) return this.props.children;
    return (
      <BootFailure
        title={t('boot.pageStopped')}
        failure={this.state.failure}
        onRetry={() => this.setState({ failure: null })}
      />
    );
  }
}
