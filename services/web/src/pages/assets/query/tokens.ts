/** A piece of a query. Its range is in UTF-16 units, as text fields count. */
export interface Token {
  kind: 'word' | 'quoted' | 'sign';
  /** As it stands in the query; of a quotation, what is within the quotes. */
  text: string;
  from: number;
  to: number;
  /** A quotation without its end. */
  isOpen: boolean;
}

const PIECE =
  /(?<sign>==|!=|<=|>=|[=<>(),!])|"(?<double>(?:\\.|[^"\\])*)("|\\?$)|'(?<single>(?:\\.|[^'\\])*)('|\\?$)|[“”„‟«»‹›‘’‚‛](?<curly>(?:\\.|[^“”«»‹›‘’\\])*)([“”«»‹›‘’]|\\?$)|(?<word>[^\s=!<>(),"'“”„‟«»‹›]+)/gs;

const unescaped = (text: string) => text.replace(/\\(.)/gs, '$1');

/** Splits any text, sense or nonsense. */
export function splitTokens(text: string): Token[] {
  return [...text.matchAll(PIECE)].map((match) => {
    const { sign, word, double, single, curly } = match.groups ?? {};
    const range = { from: match.index, to: match.index + match[0].length, isOpen: false };
    if (sign !== undefined) return { ...range, kind: 'sign', text: sign };
    if (word !== undefined) return { ...range, kind: 'word', text: word };
    const end = match[3] ?? match[5] ?? match[7];
    return {
      ...range,
      kind: 'quoted',
      text: unescaped(double ?? single ?? curly ?? ''),
      isOpen: !end || end === '\\',
    };
  });
}
