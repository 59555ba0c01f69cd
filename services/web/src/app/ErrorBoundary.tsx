import { Component, type ReactNode } from 'react';
import { BootFailure } from '../boot/BootFailure';
import { Failure } from '../host/failure';

interface State {
  failure: Failure | null;
}

const broke = (cause: unknown) =>
  new Failure({
    code: 'ui.page_failed',
    detail: cause instanceof Error ? cause.message : 'A part of the page failed.',
    remedy: 'Try again. If a new version was just released, reloading the Jira page fetches it.',
  });

/** A page that throws, or whose code cannot be loaded after a release, ends in an explanation, not in white. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { failure: null };

  static getDerivedStateFromError(cause: unknown): State {
    return { failure: broke(cause) };
  }

  override render() {
    if (!this.state.failure) return this.props.children;
    return (
      <BootFailure
        title="The page stopped working"
        failure={this.state.failure}
        onRetry={() => this.setState({ failure: null })}
      />
    );
  }
}
