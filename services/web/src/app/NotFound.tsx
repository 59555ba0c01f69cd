import { EmptyState } from '../components/EmptyState';

export function NotFound() {
  return (
    <main>
      <EmptyState title="There is no such page" headingLevel={1}>
        <p>The address does not lead anywhere in Tally.</p>
        <p>
          <a href="#/">Go to the list of assets</a>
        </p>
      </EmptyState>
    </main>
  );
}
