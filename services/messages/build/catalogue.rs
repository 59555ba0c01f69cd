//! The messages of one language, as the files of a folder have them.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey};
use fluent_syntax::parser;

/// The kinds of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number: it stands in `NUMBER()`, or a plural depends on it.
    Number,
    /// A text.
    Text,
}

/// A message without its wording.
pub struct Message {
    /// Its text in the file, for the documentation of its function.
    pub text: String,
    /// Its parameters by name.
    pub parameters: BTreeMap<String, Kind>,
}

/// The messages of a folder.
pub struct Catalogue {
    pub files: Vec<PathBuf>,
    pub messages: BTreeMap<String, Message>,
}

impl Catalogue {
    /// Reads the `.ftl` files directly in `folder`.
    pub fn read(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let mut files: Vec<PathBuf> = fs::read_dir(folder)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        files.retain(|path| path.extension().is_some_and(|ending| ending == "ftl"));
        files.sort();
        let mut catalogue = Self {
            files,
            messages: BTreeMap::new(),
        };
        for path in catalogue.files.clone() {
            catalogue.add_file(&path)?;
        }
        Ok(catalogue)
    }

    fn add_file(&mut self, path: &Path) -> Result<(), Box<dyn Error>> {
        let text = fs::read_to_string(path)?;
        let resource =
            parser::parse(text.as_str()).map_err(|(_, errors)| format!("{}: {errors:?}", path.display()))?;
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let mut parameters = BTreeMap::new();
            let patterns = message.value.iter();
            let of_attributes = message.attributes.iter().map(|attribute| &attribute.value);
            patterns
                .chain(of_attributes)
                .for_each(|pattern| collect_parameters(pattern, &mut parameters));
            let text = message.value.as_ref().map(shown_text).unwrap_or_default();
            let id = message.id.name.to_owned();
            if self
                .messages
                .insert(id.clone(), Message { text, parameters })
                .is_some()
            {
                return Err(format!("{}: {id} is there twice", path.display()).into());
            }
        }
        Ok(())
    }

    /// Compares with another language: each message must be in both, with the same parameters.
    pub fn require_same_messages(&self, other: &Self) -> Result<(), String> {
        let parameters = |catalogue: &Self| -> Vec<String> {
            let messages = catalogue.messages.iter();
            messages
                .map(|(id, message)| format!("{id} {:?}", message.parameters.keys()))
                .collect()
        };
        let (mine, theirs) = (parameters(self), parameters(other));
        let differing: Vec<&String> = mine
            .iter()
            .filter(|message| !theirs.contains(message))
            .chain(theirs.iter().filter(|message| !mine.contains(message)))
            .collect();
        match differing.is_empty() {
            true => Ok(()),
            false => Err(format!(
                "these messages are not the same in both languages: {differing:#?}"
            )),
        }
    }
}

fn shown_text(pattern: &Pattern<&str>) -> String {
    let parts = pattern.elements.iter().map(|element| match element {
        PatternElement::TextElement { value } => *value,
        PatternElement::Placeable { .. } => "…",
    });
    parts.collect::<String>().replace('\n', " ")
}

fn collect_parameters(pattern: &Pattern<&str>, found: &mut BTreeMap<String, Kind>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            collect_from_expression(expression, found);
        }
    }
}

fn collect_from_expression(expression: &Expression<&str>, found: &mut BTreeMap<String, Kind>) {
    match expression {
        Expression::Inline(inline) => collect_from_inline(inline, Kind::Text, found),
        Expression::Select { selector, variants } => {
            let kind = if variants.iter().any(is_plural) {
                Kind::Number
            } else {
                Kind::Text
            };
            collect_from_inline(selector, kind, found);
            for variant in variants {
                collect_parameters(&variant.value, found);
            }
        }
    }
}

fn is_plural(variant: &Variant<&str>) -> bool {
    match variant.key {
        VariantKey::Identifier { name } => name == "one",
        VariantKey::NumberLiteral { .. } => true,
    }
}

fn collect_from_inline(inline: &InlineExpression<&str>, kind: Kind, found: &mut BTreeMap<String, Kind>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            let known = found.entry(id.name.to_owned()).or_insert(kind);
            if kind == Kind::Number {
                *known = Kind::Number;
            }
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                collect_from_inline(argument, Kind::Number, found);
            }
        }
        InlineExpression::Placeable { expression } => collect_from_expression(expression, found),
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::MessageReference { .. }
        | InlineExpression::TermReference { .. } => {}
    }
}
