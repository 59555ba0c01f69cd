//! One release: how long it has baked, what keeps its time from counting, and what can be done.

use actix_web::HttpResponse;
use chrono::{DateTime, TimeDelta, Utc};
use maud::{Markup, html};

use tally_http::html::{Document, moment, since};
use tally_messages::Texts;

use super::operations::Operations;
use super::shapes::Release;

/// The page of a release.
pub(super) fn page(
    ops: &Operations,
    release: &Release,
    now: DateTime<Utc>,
    texts: &'static Texts,
) -> HttpResponse {
    let main = html! {
        h1 { (texts.release_title(&release.version)) }
        (bake(release, ops.probe_gap(), now, texts))
        (facts(release, now, texts))
        @if release.state == "baking" { (promote(release, texts)) (abort(release, texts)) }
    };
    ops.page(Document::new(&release.version, texts), &main)
}

fn facts(release: &Release, now: DateTime<Utc>, texts: &Texts) -> Markup {
    html! {
        dl.facts {
            dt { (texts.release_staged()) } dd { (since(release.staged_at, now, texts)) }
            dt { (texts.release_last_probe()) }
            dd {
                @match release.last_probe_at {
                    Some(at) => (since(at, now, texts)),
                    None => (texts.release_no_probe()),
                }
                @if let Some(failed) = &release.last_probe_failed {
                    ", " (texts.release_probe_failed(&failed.step)) " " code { (failed.code) }
                }
            }
            dt { (texts.release_broken()) } dd { (texts.number(release.failing)) }
            dt { (texts.release_descriptor()) }
            dd {
                @match &release.descriptor_sha256 {
                    Some(digest) => { code { (digest) } } None => { (texts.release_no_descriptor()) }
                }
            }
            @if let Some(at) = release.ended_at { dt { (texts.release_ended()) } dd { (moment(at, texts)) } }
            @if let Some(reason) = &release.reason { dt { (texts.reason()) } dd { (reason) } }
        }
    }
}

/// How long it has baked, and whether its time counts. Time between two probes counts only up to
/// `gap`.
pub(super) fn bake(release: &Release, gap: TimeDelta, now: DateTime<Utc>, texts: &Texts) -> Markup {
    let label = format!("bake-{}", release.version);
    let text = |seconds: u64| texts.duration(i64::try_from(seconds).unwrap_or(i64::MAX));
    let total = release.bake_seconds.max(1);
    html! {
        p id=(label) { (texts.release_baked(&text(release.baked_seconds), &text(release.bake_seconds))) }
        progress aria-labelledby=(label) max=(total) value=(release.baked_seconds.min(total)) {}
        @if release.state == "baking" { (progress(release, gap, now, texts)) }
    }
}

fn progress(release: &Release, gap: TimeDelta, now: DateTime<Utc>, texts: &Texts) -> Markup {
    html! {
        @if release.not_counting.is_some() {
            p {
                span.badge.warn { (texts.release_not_counting()) } " "
                (reason_not_counting(release, gap, now, texts))
            }
        } @else if release.has_baked() {
            p { span.badge.good { (texts.release_done()) } " " (texts.release_promotable()) }
        } @else {
            p {
                span.badge.good { (texts.release_counting()) }
                @if let Some(at) = release.last_probe_at {
                    " " (texts.release_probe_passed()) " " (since(at, now, texts))
                }
            }
        }
    }
}

/// Why the time of a release does not count now.
fn reason_not_counting(release: &Release, gap: TimeDelta, now: DateTime<Utc>, texts: &Texts) -> String {
    if let Some(failed) = &release.last_probe_failed {
        return texts.release_why_probe_failed(&failed.code, &failed.step);
    }
    if release.failing > 0 {
        return texts.release_why_failing(release.failing);
    }
    match release.last_probe_at {
        None => texts.release_why_no_probe(),
        Some(last) => texts.release_why_gap(
            &texts.duration((now - last).num_seconds()),
            &texts.duration(gap.num_seconds()),
        ),
    }
}

/// The button that promotes it. It can be pressed too early: the refusal says what is missing.
pub(super) fn promote(release: &Release, texts: &Texts) -> Markup {
    let early = !release.has_baked() || release.not_counting.is_some();
    html! {
        form method="post" action={ "/ops/releases/" (release.version) "/promote" } {
            button.plain[early] type="submit" { (texts.release_promote(&release.version)) }
        }
    }
}

fn abort(release: &Release, texts: &Texts) -> Markup {
    html! {
        h2 { (texts.release_abort_title()) }
        form.card method="post" action={ "/ops/releases/" (release.version) "/abort" } {
            label for="reason" { (texts.reason()) }
            input #reason name="reason" required;
            button.danger type="submit" { (texts.release_abort(&release.version)) }
        }
    }
}
