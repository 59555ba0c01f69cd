//! The texts of one language.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::files;
use crate::formats::Formats;
use crate::language::Language;

/// The texts of one language. Each message is a function.
pub struct Texts {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    pub(crate) formats: Formats,
}

static ENGLISH: LazyLock<Texts> = LazyLock::new(|| Texts::load(Language::English, files::ENGLISH));
static GERMAN: LazyLock<Texts> = LazyLock::new(|| Texts::load(Language::German, files::GERMAN));

impl Texts {
    /// The texts of a language.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }

    /// The build has parsed these files, so that nothing in them is skipped here.
    fn load(language: Language, files: &[&str]) -> Self {
        let locale = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // Both languages are written from left to right, and the texts go into mails as well.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::English => format_english,
            Language::German => format_german,
        }));
        bundle.set_transform(Some(join_lines));
        // The one function of the texts; it is not there twice.
        let _added = bundle.add_builtins();
        for file in files {
            let parsed = FluentResource::try_new((*file).to_owned());
            bundle.add_resource_overriding(parsed.unwrap_or_else(|(resource, _)| resource));
        }
        Self {
            language,
            bundle,
            formats: Formats::of(language),
        }
    }

    /// Their language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// A message by its id; the functions that the build makes call this.
    pub(crate) fn message(&self, id: &str, values: Option<&FluentArgs<'_>>) -> String {
        let message = self.bundle.get_message(id);
        let Some(pattern) = message.and_then(|message| message.value()) else {
            return id.to_owned();
        };
        let mut errors = vec![];
        self.bundle
            .format_pattern(pattern, values, &mut errors)
            .into_owned()
    }

    /// A part of a message that may not exist.
    pub(crate) fn attribute(&self, id: &str, name: &str, values: Option<&FluentArgs<'_>>) -> Option<String> {
        let attribute = self.bundle.get_message(id)?.get_attribute(name)?;
        let mut errors = vec![];
        let text = self.bundle.format_pattern(attribute.value(), values, &mut errors);
        Some(text.into_owned())
    }
}

/// A text that is broken into lines in its file is one line.
fn join_lines(text: &str) -> Cow<'_, str> {
    Cow::from(text.replace('\n', " "))
}

fn format_english<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    format_number(value, Language::English)
}

fn format_german<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    format_number(value, Language::German)
}

fn format_number(value: &FluentValue<'_>, language: Language) -> Option<String> {
    match value {
        FluentValue::Number(number) => Texts::of(language).formats.number(number.value),
        FluentValue::String(_) | FluentValue::Custom(_) | FluentValue::None | FluentValue::Error => None,
    }
}
