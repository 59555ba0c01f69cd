//! The words and signs of a query, each with its place.

use super::error::BadQuery;

/// A piece of a query. Places are in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    pub from: usize,
    pub to: usize,
}

/// What a piece is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters, digits and whatever is no sign.
    Word(String),
    /// What stood in quotes, without them.
    Quoted(String),
    /// One of `= == != < <= > >= ( ) ,`.
    Sign(&'static str),
    /// The end of the query.
    End,
}

impl Token {
    /// Whether it is this word of the language, in any case.
    pub fn is(&self, keyword: &str) -> bool {
        matches!(&self.kind, Kind::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    pub fn is_sign(&self, sign: &str) -> bool {
        matches!(&self.kind, Kind::Sign(found) if *found == sign)
    }
}

/// The signs, the longer before those they begin with.
const SIGNS: [&str; 10] = ["==", "!=", "<=", ">=", "=", "<", ">", "(", ")", ","];

/// Splits a query. The last piece is its end.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, BadQuery> {
    let text: Vec<char> = text.chars().collect();
    let (mut tokens, mut at) = (vec![], 0);
    while at < text.len() {
        if text[at].is_whitespace() {
            at += 1;
            continue;
        }
        let token = one(&text, at)?;
        at = token.to;
        tokens.push(token);
    }
    tokens.push(Token {
        kind: Kind::End,
        from: at,
        to: at,
    });
    Ok(tokens)
}

fn one(text: &[char], from: usize) -> Result<Token, BadQuery> {
    if let Some(sign) = SIGNS.into_iter().find(|sign| begins(&text[from..], sign)) {
        let to = from + sign.len();
        return Ok(Token {
            kind: Kind::Sign(sign),
            from,
            to,
        });
    }
    match text[from] {
        quote @ ('"' | '\'') => quoted(text, from, quote),
        '!' => Err(BadQuery {
            from,
            to: from + 1,
            detail: "There is no operator !".to_owned(),
            expected: vec!["!=", "NOT"],
        }),
        _ => {
            let length = text[from..].iter().take_while(|c| is_of_a_word(**c)).count();
            let word = text[from..from + length].iter().collect();
            Ok(Token {
                kind: Kind::Word(word),
                from,
                to: from + length,
            })
        }
    }
}

fn begins(text: &[char], sign: &str) -> bool {
    sign.chars().zip(text).filter(|(sign, c)| sign == *c).count() == sign.len()
}

fn is_of_a_word(c: char) -> bool {
    !c.is_whitespace() && !"=!<>(),\"'".contains(c)
}

/// A backslash takes the next character as it is.
fn quoted(text: &[char], from: usize, quote: char) -> Result<Token, BadQuery> {
    let (mut said, mut at) = (String::new(), from + 1);
    while let Some(c) = text.get(at) {
        match c {
            c if *c == quote => {
                return Ok(Token {
                    kind: Kind::Quoted(said),
                    from,
                    to: at + 1,
                });
            }
            '\\' if at + 1 < text.len() => {
                said.push(text[at + 1]);
                at += 2;
            }
            c => {
                said.push(*c);
                at += 1;
            }
        }
    }
    Err(BadQuery {
        from,
        to: text.len(),
        detail: "The quotation that begins here has no end".to_owned(),
        expected: vec![if quote == '"' { "\"" } else { "'" }],
    })
}
