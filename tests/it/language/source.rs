//! Takes source files apart into what people read (comments, texts) and the names in the code.

/// A part of a source file that the lint reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A comment with its marks.
    Comment(String),
    /// A text between quotation marks, without them.
    Text(String),
    /// An identifier.
    Name(String, NameUse),
}

/// How an identifier is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameUse {
    /// It follows a keyword that declares a function, type or module.
    Declared,
    /// It is a called method (`x.name(...)`), which may come from a library.
    MethodCall,
    /// It is used in any other way.
    Other,
}

/// Keywords after which the name of a new item stands.
const DECLARING: &[&str] = &[
    "class",
    "enum",
    "fn",
    "function",
    "interface",
    "mod",
    "struct",
    "trait",
    "type",
];

/// The language of a file, as far as comments and texts differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    Rust,
    /// TypeScript and JavaScript; JSX text counts as code.
    Script,
    /// CSS: comments only.
    Style,
}

/// The parts of a file with the number of the line on which each begins.
pub fn split_source(text: &str, syntax: Syntax) -> Vec<(usize, Part)> {
    let mut reader = Reader::new(text, syntax);
    while let Some(c) = reader.peek(0) {
        reader.read_part(c);
    }
    reader.parts
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    line: usize,
    syntax: Syntax,
    /// The last name, or the last other character of code that is no space.
    before: String,
    parts: Vec<(usize, Part)>,
}

impl Reader {
    fn new(text: &str, syntax: Syntax) -> Self {
        Self {
            chars: text.chars().collect(),
            at: 0,
            line: 1,
            syntax,
            before: String::new(),
            parts: vec![],
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn starts_with(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(i, c)| self.peek(i) == Some(c))
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek(0)?;
        self.at += 1;
        if c == '\n' {
            self.line += 1;
        }
        Some(c)
    }

    fn read_part(&mut self, c: char) {
        let line = self.line;
        let part = if self.starts_with("//") && self.syntax != Syntax::Style {
            Some(Part::Comment(self.read_line_comment()))
        } else if self.starts_with("/*") {
            Some(Part::Comment(self.read_block_comment()))
        } else if self.syntax == Syntax::Style {
            self.take();
            None
        } else if let Some(hashes) = self.raw_string() {
            Some(Part::Text(self.read_raw_string(hashes)))
        } else if c == '"' || (self.syntax == Syntax::Script && matches!(c, '\'' | '`')) {
            Some(Part::Text(self.read_string(c)))
        } else if c == '\'' {
            self.skip_character_or_lifetime();
            None
        } else if c.is_alphabetic() || c == '_' {
            Some(self.read_name())
        } else {
            self.skip_code(c);
            None
        };
        self.parts.extend(part.map(|part| (line, part)));
    }

    fn skip_code(&mut self, c: char) {
        if !c.is_whitespace() {
            self.before = c.to_string();
        }
        self.take();
    }

    fn read_line_comment(&mut self) -> String {
        let mut text = String::new();
        while let Some(c) = self.peek(0).filter(|c| *c != '\n') {
            text.push(c);
            self.take();
        }
        text
    }

    /// Rust's block comments nest; those of the other languages do not.
    fn read_block_comment(&mut self) -> String {
        let mut text = String::new();
        let mut depth = 0;
        loop {
            if self.starts_with("/*") && (depth == 0 || self.syntax == Syntax::Rust) {
                depth += 1;
                self.at += 2;
            } else if self.starts_with("*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return text;
                }
            } else {
                let Some(c) = self.take() else { return text };
                text.push(c);
            }
        }
    }

    /// The number of `#` when a raw string such as `r#"..."#` or `br"..."` begins here.
    fn raw_string(&self) -> Option<usize> {
        let prefix = ["r", "br", "cr"]
            .into_iter()
            .find(|prefix| self.syntax == Syntax::Rust && self.starts_with(prefix))?;
        let hashes = (prefix.len()..)
            .take_while(|i| self.peek(*i) == Some('#'))
            .count();
        (self.peek(prefix.len() + hashes) == Some('"')).then_some(hashes)
    }

    fn read_raw_string(&mut self, hashes: usize) -> String {
        let end = format!("\"{}", "#".repeat(hashes));
        while self.take() != Some('"') {}
        let mut text = String::new();
        while !self.starts_with(&end) {
            let Some(c) = self.take() else { break };
            text.push(c);
        }
        self.at += end.len();
        self.before = "\"".to_owned();
        text
    }

    /// Reads a string. In a script it ends with the line, since the apostrophe of a JSX text opens
    /// none.
    fn read_string(&mut self, quote: char) -> String {
        self.take();
        let mut text = String::new();
        let ends_with_line = self.syntax == Syntax::Script && quote != '`';
        let ends = |c: char| c == quote || (c == '\n' && ends_with_line);
        while let Some(c) = self.take().filter(|c| !ends(*c)) {
            if c == '\\' {
                // An escaped character is no part of a word; at a line's end the text goes on.
                self.take();
                text.push(' ');
            } else {
                text.push(c);
            }
        }
        self.before = quote.to_string();
        text
    }

    /// `'a'` and `'\n'` are characters, `'a` without an end is a lifetime.
    fn skip_character_or_lifetime(&mut self) {
        let escaped = self.peek(1) == Some('\\');
        self.take();
        if escaped {
            self.take();
            self.take();
            while self.take().is_some_and(|c| c != '\'') {}
        } else if self.peek(1) == Some('\'') {
            self.take();
            self.take();
        }
        self.before = "'".to_owned();
    }

    fn read_name(&mut self) -> Part {
        let mut name = String::new();
        while let Some(c) = self.peek(0).filter(|c| c.is_alphanumeric() || *c == '_') {
            name.push(c);
            self.take();
        }
        let used = match self.before.as_str() {
            "." if self.peek(0) == Some('(') => NameUse::MethodCall,
            before if DECLARING.contains(&before) => NameUse::Declared,
            _ => NameUse::Other,
        };
        self.before.clone_from(&name);
        Part::Name(name, used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comments(text: &str, syntax: Syntax) -> Vec<(usize, String)> {
        let parts = split_source(text, syntax).into_iter();
        parts
            .filter_map(|(line, part)| match part {
                Part::Comment(text) => Some((line, text.trim().to_owned())),
                Part::Text(_) | Part::Name(..) => None,
            })
            .collect()
    }

    fn texts(text: &str, syntax: Syntax) -> Vec<String> {
        let parts = split_source(text, syntax).into_iter();
        parts
            .filter_map(|(_, part)| match part {
                Part::Text(text) => Some(text),
                Part::Comment(_) | Part::Name(..) => None,
            })
            .collect()
    }

    fn names(text: &str) -> Vec<String> {
        let parts = split_source(text, Syntax::Rust).into_iter();
        parts
            .filter_map(|(_, part)| match part {
                Part::Name(name, NameUse::Declared | NameUse::Other) => Some(name),
                Part::Name(_, NameUse::MethodCall) | Part::Comment(_) | Part::Text(_) => None,
            })
            .collect()
    }

    #[test]
    fn comments_are_found_with_their_lines_and_strings_are_no_comments() {
        let text = "a\n/// one\nlet x = \"// none\"; // two\n/* three /* nested */ */ b";
        let expected = [(2, "/// one"), (3, "// two"), (4, "three  nested")];
        let found = comments(text, Syntax::Rust);
        let found: Vec<(usize, &str)> = found.iter().map(|(line, text)| (*line, text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn strings_of_every_kind_are_texts() {
        let text = r##"f("a \"b\"", r#"c "d""#, br"e", b"g", 'h', '"', '\'', "i")"##;
        assert_eq!(texts(text, Syntax::Rust), ["a  b ", "c \"d\"", "e", "g", "i"]);
        assert_eq!(
            texts("x('a', `b ${c}`, \"d\")\nit's\n'e'", Syntax::Script),
            ["a", "b ${c}", "d", "s", "e"]
        );
    }

    #[test]
    fn lifetimes_do_not_open_a_character() {
        assert_eq!(
            names("fn f<'a>(x: &'a str) { 'b' }"),
            ["fn", "f", "a", "x", "a", "str"]
        );
    }

    #[test]
    fn names_are_those_of_the_code_and_methods_of_others_are_not() {
        assert_eq!(
            names("let kept = window.over(x).held; // told\n\"told\""),
            ["let", "kept", "window", "x", "held"]
        );
    }

    #[test]
    fn a_name_after_a_keyword_is_declared() {
        let parts = split_source("fn look() { place }", Syntax::Rust);
        assert!(parts.contains(&(1, Part::Name("look".to_owned(), NameUse::Declared))));
        assert!(parts.contains(&(1, Part::Name("place".to_owned(), NameUse::Other))));
    }

    #[test]
    fn styles_have_comments_only() {
        let text = ".told { content: '//'; } /* a\n b */";
        assert_eq!(comments(text, Syntax::Style), [(1, "a\n b".to_owned())]);
        assert!(texts(text, Syntax::Style).is_empty());
    }
}
