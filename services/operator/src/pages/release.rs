//! One release: how long it has baked, what keeps its time from counting, and what can be done.

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use tally_http::html::{Document, duration, moment, since};

use super::operations::Operations;
use super::shapes::Release;

/// The page of a release.
pub(super) fn page(ops: &Operations, release: &Release, now: DateTime<Utc>) -> HttpResponse {
    let main = html! {
        h1 { "Release " (release.version) }
        (bake(release, now))
        dl.facts {
            dt { "Staged" } dd { (since(release.staged_at, now)) }
            dt { "Last probe" }
            dd {
                @match release.last_probe_at { Some(at) => (since(at, now)), None => "none has reported" }
                @if let Some(failed) = &release.last_probe_failed {
                    ", failed at the step " (failed.step) " " code { (failed.code) }
                }
            }
            dt { "Tenants it may have broken" } dd { (release.failing) }
            dt { "Descriptor" }
            dd {
                @match &release.descriptor_sha256 {
                    Some(digest) => { code { (digest) } } None => { "not given" }
                }
            }
            @if let Some(at) = release.ended_at { dt { "Ended" } dd { (moment(at)) } }
            @if let Some(reason) = &release.reason { dt { "Reason" } dd { (reason) } }
        }
        @if release.state == "baking" { (promote(release)) (abort(release)) }
    };
    ops.page(&Document::new(&release.version), &main)
}

/// How long it has baked, and whether its time counts.
pub(super) fn bake(release: &Release, now: DateTime<Utc>) -> Markup {
    let label = format!("bake-{}", release.version);
    let text = |seconds: u64| duration(i64::try_from(seconds).unwrap_or(i64::MAX));
    let total = release.bake_seconds.max(1);
    html! {
        p id=(label) {
            "Baked " strong { (text(release.baked_seconds)) } " of " (text(release.bake_seconds)) "."
        }
        progress aria-labelledby=(label) max=(total) value=(release.baked_seconds.min(total)) {}
        @if release.state == "baking" {
            @match (&release.not_counting, release.has_baked()) {
                (Some(why), _) => { p { span.badge.warn { "not counting" } " " (why) } }
                (None, true) => { p { span.badge.good { "done" } " It can be promoted." } }
                (None, false) => {
                    p {
                        span.badge.good { "counting" }
                        @if let Some(at) = release.last_probe_at {
                            " The last probe passed: " (since(at, now))
                        }
                    }
                }
            }
        }
    }
}

/// The button that promotes it. It can be pressed too early: the refusal says what is missing.
pub(super) fn promote(release: &Release) -> Markup {
    let early = !release.has_baked() || release.not_counting.is_some();
    html! {
        form method="post" action={ "/ops/releases/" (release.version) "/promote" } {
            button.plain[early] type="submit" { "Promote " (release.version) }
        }
    }
}

fn abort(release: &Release) -> Markup {
    html! {
        h2 { "Abort" }
        form.card method="post" action={ "/ops/releases/" (release.version) "/abort" } {
            label for="reason" { "Reason" }
            input #reason name="reason" required;
            button.danger type="submit" { "Abort " (release.version) }
        }
    }
}
