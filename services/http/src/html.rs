//! The frame of pages that Tally writes itself, for its operator and for the public. The pages run
//! no script and load nothing.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("html.css");

/// The style is inline and named by its hash, so that no other style is accepted.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    )
});

/// The head of a page: its title, and whether it reloads itself.
pub struct Document<'a> {
    title: &'a str,
    refresh: Option<u32>,
}

impl<'a> Document<'a> {
    /// A page that does not reload itself.
    pub fn new(title: &'a str) -> Self {
        Self { title, refresh: None }
    }

    /// Makes the page reload itself every `seconds` seconds.
    #[must_use]
    pub fn refresh_every(self, seconds: u32) -> Self {
        Self {
            refresh: Some(seconds),
            ..self
        }
    }
}

/// An answer that is a page. Its forms send their origin, which a stricter referrer policy would
/// remove.
pub fn to_answer(status: StatusCode, document: &Document<'_>, body: &Markup) -> HttpResponse {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
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
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .insert_header((REFERRER_POLICY, "same-origin"))
        .body(page.into_string())
}

/// A point in time, for people and for programs.
pub fn moment(at: DateTime<Utc>) -> Markup {
    html! { time datetime=(at.to_rfc3339()) { (at.format("%-d %b %Y, %H:%M UTC")) } }
}

/// A point in time, and how long before `now` it was.
pub fn since(at: DateTime<Utc>, now: DateTime<Utc>) -> Markup {
    html! { (moment(at)) " " span.quiet { "(" (duration((now - at).num_seconds())) ")" } }
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

/// A length of time in its two largest units.
pub fn duration(seconds: i64) -> String {
    let units = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")];
    let mut left = seconds.max(0);
    let mut words = vec![];
    for (length, unit) in units {
        if left >= length && words.len() < 2 {
            words.push(format!("{} {unit}", left / length));
            left %= length;
        } else if !words.is_empty() {
            break;
        }
    }
    if words.is_empty() {
        "0 s".to_owned()
    } else {
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_given_in_two_units_at_most() {
        for (seconds, expected) in [
            (-5, "0 s"),
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3_725, "1 h 2 min"),
            (86_400, "1 d"),
            (90_061, "1 d 1 h"),
            (86_460, "1 d"),
        ] {
            assert_eq!(duration(seconds), expected);
        }
    }

    #[test]
    fn a_text_becomes_paragraphs_and_stays_text() {
        let shown = paragraphs("One.\r\n\r\n<b>Two</b>\nstill two\n\n\n").into_string();
        assert_eq!(
            shown,
            "<p class=\"said\">One.</p><p class=\"said\">&lt;b&gt;Two&lt;/b&gt;\nstill two</p>"
        );
    }
}
