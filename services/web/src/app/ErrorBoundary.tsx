import { Component, type ReactNode } from 'react';
import { BootFailure } from '../boot/BootFailure';
import { Failure } from '../host/failure';

interface State {
  failure: Failure | null;
}

const broke = (cause: unknown) =>
  new Failure({
    code: 'ui.page_failed',
    detail: `The page stopped working${cause instanceof Error ? `: ${cause.message}` : '.'}`,
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
    return <BootFailure failure={this.state.failure} onRetry={() => this.setState({ failure: null })} />;
  }
}
