import type { HistoryEntry } from '../../api/model';
import { FoundRich } from '../../components/Rich';
import type { Vocabulary } from './entry';
import { sentenceId, sentenceValues } from './sentence-values';

/** Who did what, in a sentence. */
export function Sentence({ entry, words }: { entry: HistoryEntry; words: Vocabulary }) {
  return <FoundRich id={sentenceId(entry)} values={sentenceValues(entry, words)} />;
}
