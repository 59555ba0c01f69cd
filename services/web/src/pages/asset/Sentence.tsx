import type { HistoryEntry } from '../../api/model';
import { FoundRich } from '../../components/Rich';
import type { NameOf } from './entry';
import { sentenceId, sentenceValues } from './sentence-values';

/** Who did what, in a sentence. */
export function Sentence({ entry, nameOf }: { entry: HistoryEntry; nameOf: NameOf }) {
  return <FoundRich id={sentenceId(entry)} values={sentenceValues(entry, nameOf)} />;
}
