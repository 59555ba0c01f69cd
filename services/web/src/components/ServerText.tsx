import { currentLanguage, findText } from '../messages';

interface Props {
  /** The id of the translation, made from a code of the server; none for a text without a code. */
  id?: string;
  values?: Record<string, string | number>;
  /** The server's own text, in English. */
  fallback: string;
}

/** A text of the server in the reader's language, or as it came and marked as English. */
export function ServerText({ id, values, fallback }: Props) {
  const text = id === undefined ? null : findText(id, values);
  if (text !== null) return <>{text}</>;
  return currentLanguage() === 'en' ? <>{fallback}</> : <span lang="en">{fallback}</span>;
}
