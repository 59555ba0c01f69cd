//! The frame of pages that Tally writes itself, for its operator and for the public. The pages run
//! no script and load nothing.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use tally_messages::Texts;

const STYLE: &str = include_str!("html.css");

/// The style is inline and named by its hash, so that no other style is accepted.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    )
});

/// The head of a page: its title and language, whether it reloads itself, and whether it has forms.
pub struct Document<'a> {
    title: &'a str,
    texts: &'static Texts,
    refresh: Option<u32>,
    has_forms: bool,
}

impl<'a> Document<'a> {
    /// A page that does not reload itself and has no forms.
    pub fn new(title: &'a str, texts: &'static Texts) -> Self {
        Self {
            title,
            texts,
            refresh: None,
            has_forms: false,
        }
    }

    /// The texts in the language of the page.
    pub fn texts(&self) -> &'static Texts {
        self.texts
    }

    /// Makes the page reload itself every `seconds` seconds.
    #[must_use]
    pub fn refresh_every(self, seconds: u32) -> Self {
        Self {
            refresh: Some(seconds),
            ..self
        }
    }

    /// Lets the forms of the page send their origin, which a stricter referrer policy would remove.
    #[must_use]
    pub fn with_forms(self) -> Self {
        Self {
            has_forms: true,
            ..self
        }
    }

    fn referrer_policy(&self) -> &'static str {
        if self.has_forms {
            "same-origin"
        } else {
            "no-referrer"
        }
    }
}

/// An answer that is a page.
pub fn to_answer(status: StatusCode, document: &Document<'_>, body: &Markup) -> HttpResponse {
    let language = document.texts.language().tag();
    let page = html! {
        (DOCTYPE)
        html lang=(language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                @if let Some(seconds) = document.refresh { meta http-equiv="refresh" content=(seconds); }
                title { (document.title) " · Tally" }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    };
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_LANGUAGE, language))
        .insert_header((VARY, "accept-language"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .insert_header((REFERRER_POLICY, document.referrer_policy()))
        .body(page.into_string())
}

/// A point in time, for people and for programs.
pub fn moment(at: DateTime<Utc>, texts: &Texts) -> Markup {
    html! { time datetime=(at.to_rfc3339()) { (texts.moment(at)) } }
}

/// A point in time, and how long before `now` it was.
pub fn since(at: DateTime<Utc>, now: DateTime<Utc>, texts: &Texts) -> Markup {
    let ago = texts.duration((now - at).num_seconds());
    html! { (moment(at, texts)) " " span.quiet { "(" (ago) ")" } }
}

/// A text as its author wrote it: a blank line begins a paragraph.
pub fn paragraphs(text: &str) -> Markup {
    let text = text.replace("\r\n", "\n");
    html! {
        @for paragraph in text.split("\n\n").map(str::trim).filter(|p| !p.is_empty()) {
            p.said { (paragraph) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_paragraphs_and_stays_text() {
        let shown = paragraphs("One.\r\n\r\n<b>Two</b>\nstill two\n\n\n").into_string();
        assert_eq!(
            shown,
            "<p class=\"said\">One.</p><p class=\"said\">&lt;b&gt;Two&lt;/b&gt;\nstill two</p>"
        );
    }
}
