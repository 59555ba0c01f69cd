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
    match text[from] {
        quote @ ('"' | '\'') => read_quoted(text, from, quote),
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
    !c.is_whitespace() && !"=!<>(),\"'".contains(c)
}

/// Reads a text in quotes, in which a backslash takes the next character as it is.
fn read_quoted(text: &[char], from: usize, quote: char) -> Result<Token, InvalidQuery> {
    let (mut content, mut at) = (String::new(), from + 1);
    while let Some(c) = text.get(at) {
        match c {
            c if *c == quote => {
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
    Err(InvalidQuery {
        from,
        to: text.len(),
        refusal: SyntaxRefusal::QuoteOpen,
        expected: Expected::Words(vec![if quote == '"' { "\"" } else { "'" }]),
    })
}
