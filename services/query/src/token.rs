//! The words and signs of a query, each with its position.

use crate::error::{Expected, InvalidQuery, SyntaxRefusal};

/// A token of a query. Positions are counted in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: TokenKind,
    pub from: usize,
    pub to: usize,
}

/// The kinds of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Letters, digits and all other characters that are no sign.
    Word(String),
    /// A text in quotes, without the quotes.
    Quoted(String),
    /// One of `= == != < <= > >= ( ) ,`.
    Sign(&'static str),
    /// The end of the query, which is always the last token.
    End,
}

impl Token {
    /// Whether it is this word of the language, in any case.
    pub fn is(&self, keyword: &str) -> bool {
        matches!(&self.kind, TokenKind::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    pub fn is_sign(&self, sign: &str) -> bool {
        matches!(&self.kind, TokenKind::Sign(found) if *found == sign)
    }
}

/// The signs, each before those that it begins with.
const SIGNS: [&str; 10] = ["==", "!=", "<=", ">=", "=", "<", ">", "(", ")", ","];

/// Splits a query into its tokens.
pub(crate) fn tokenize(text: &str) -> Result<Vec<Token>, InvalidQuery> {
    let text: Vec<char> = text.chars().collect();
    let (mut tokens, mut at) = (vec![], 0);
    while at < text.len() {
        if text[at].is_whitespace() {
            at += 1;
            continue;
        }
        let token = read_token(&text, at)?;
        at = token.to;
        tokens.push(token);
    }
    tokens.push(Token {
        kind: TokenKind::End,
        from: at,
        to: at,
    });
    Ok(tokens)
}

fn read_token(text: &[char], from: usize) -> Result<Token, InvalidQuery> {
    if let Some(sign) = SIGNS.into_iter().find(|sign| starts_with(&text[from..], sign)) {
        let to = from + sign.len();
        return Ok(Token {
            kind: TokenKind::Sign(sign),
            from,
            to,
        });
    }
    if let Some(closing) = closing_quotes(text[from]) {
        return read_quoted(text, from, closing);
    }
    if let Some(sign) = narrow_sign(text[from]) {
        return Err(wide_sign(text[from], sign, from));
    }
    match text[from] {
        '!' => Err(InvalidQuery {
            from,
            to: from + 1,
            refusal: SyntaxRefusal::SignUnknown,
            expected: Expected::Words(vec!["!=", "NOT"]),
        }),
        _ => {
            let length = text[from..].iter().take_while(|c| is_word_character(**c)).count();
            let word = text[from..from + length].iter().collect();
            Ok(Token {
                kind: TokenKind::Word(word),
                from,
                to: from + length,
            })
        }
    }
}

fn starts_with(text: &[char], sign: &str) -> bool {
    sign.chars().zip(text).filter(|(sign, c)| sign == *c).count() == sign.len()
}

fn is_word_character(c: char) -> bool {
    let is_apostrophe = "’‘‚‛´`".contains(c);
    let ends_word = "=!<>(),".contains(c) || narrow_sign(c).is_some() || closing_quotes(c).is_some();
    !c.is_whitespace() && (is_apostrophe || !ends_word)
}

/// The quotation marks that end a text which begins with `opening`; `None` if that is none. People
/// write them as their languages and keyboards have them.
fn closing_quotes(opening: char) -> Option<&'static str> {
    Some(match opening {
        '"' => "\"",
        '\'' => "'",
        '“' | '‟' => "”“",
        '”' => "”",
        '„' => "“”",
        '«' => "»",
        '»' => "«»",
        '‹' => "›",
        '›' => "‹›",
        '‘' | '‛' => "’‘",
        '’' => "’",
        '‚' => "‘’",
        '`' | '´' => "´`",
        '「' => "」",
        '『' => "』",
        '＂' => "＂",
        '＇' => "＇",
        _ => return None,
    })
}

/// The sign of the language that a full-width sign looks like.
fn narrow_sign(c: char) -> Option<char> {
    "＝！＜＞（），、"
        .chars()
        .position(|wide| wide == c)
        .and_then(|at| "=!<>(),,".chars().nth(at))
}

fn wide_sign(written: char, sign: char, from: usize) -> InvalidQuery {
    InvalidQuery {
        from,
        to: from + 1,
        refusal: SyntaxRefusal::SignWide { written, sign },
        expected: Expected::Words(vec![]),
    }
}

/// Whether the character at `at` is one of the quotation marks `closing`. One that is also an
/// apostrophe does not end a text within a word.
fn is_closing(text: &[char], at: usize, closing: &str) -> bool {
    let is_apostrophe = "’‘´`".contains(text[at]);
    let is_in_word = text.get(at + 1).is_some_and(|next| next.is_alphanumeric());
    closing.contains(text[at]) && !(is_apostrophe && is_in_word)
}

/// Reads a text in quotes, in which a backslash takes the next character as it is.
fn read_quoted(text: &[char], from: usize, closing: &'static str) -> Result<Token, InvalidQuery> {
    let (mut content, mut at) = (String::new(), from + 1);
    while let Some(c) = text.get(at) {
        match c {
            _ if is_closing(text, at, closing) => {
                return Ok(Token {
                    kind: TokenKind::Quoted(content),
                    from,
                    to: at + 1,
                });
            }
            '\\' if at + 1 < text.len() => {
                content.push(text[at + 1]);
                at += 2;
            }
            c => {
                content.push(*c);
                at += 1;
            }
        }
    }
    let first = closing.chars().next().map_or(0, char::len_utf8);
    Err(InvalidQuery {
        from,
        to: text.len(),
        refusal: SyntaxRefusal::QuoteOpen,
        expected: Expected::Words(vec![&closing[..first]]),
    })
}
