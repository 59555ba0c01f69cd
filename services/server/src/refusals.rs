//! Every refusal of Tally, by family, and the page of the documentation that lists them.

use tally_atlassian::Refusal;
use tally_domain::asset::AssetRefusal;
use tally_domain::import::ImportRefusal;
use tally_domain::refusal::RefusalEntry;
use tally_domain::tenant::TenantRefusal;
use tally_http::problem::{status_of, to_sentence};
use tally_http::{MalformedRequest, RequestRefusal, ServerFailure};
use tally_imports::{RowRefusal, Unreadable};
use tally_operator::OperatorRefusal;
use tally_operator::domain::incident::IncidentRefusal;
use tally_operator::domain::release::ReleaseRefusal;
use tally_projections::QueryRefusal;
use tally_query::SyntaxRefusal;

use crate::roles::{PermissionRefusal, RecipientRefusal};

/// Where a refusal is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// In an answer to a user or to the platform, and in the install log.
    Users,
    /// In the verdict of an import's row.
    Rows,
    /// In an answer of the operator's listener.
    Operator,
    /// Nowhere: the answer is in the words of another family.
    Inside,
}

/// The refusals of one table.
#[derive(Debug)]
pub struct Family {
    /// The name of its type.
    pub name: &'static str,
    /// Its chapter in the documentation.
    pub chapter: &'static str,
    /// Where its refusals are read.
    pub audience: Audience,
    /// Its rows.
    pub entries: &'static [RefusalEntry],
}

macro_rules! families {
    ($($chapter:literal, $audience:ident: $($family:ident),+;)+) => {
        /// Every family, chapter by chapter.
        pub const FAMILIES: &[Family] = &[$($(Family {
            name: stringify!($family),
            chapter: $chapter,
            audience: Audience::$audience,
            entries: $family::CATALOGUE,
        }),+),+];
    };
}

families! {
    "Assets", Users: AssetRefusal;
    "Imports", Users: ImportRefusal, Unreadable;
    "Rows of an import", Rows: RowRefusal;
    "Requests", Users: RequestRefusal, MalformedRequest, QueryRefusal;
    "Queries", Users: SyntaxRefusal;
    "Permissions", Users: PermissionRefusal, RecipientRefusal;
    "Tokens and callbacks", Users: Refusal;
    "Failures on our side", Users: ServerFailure;
    "The operator's listener", Operator: OperatorRefusal, ReleaseRefusal, IncidentRefusal;
    "Tenants", Inside: TenantRefusal;
}

const INTRODUCTION: &str = "# Refusals

Every refusal is answered as problem details (RFC 9457) with one of these codes. A published code
never changes; its texts may. In a cause, a word between asterisks stands for a part of the refusal.
A row of an import has no status: its code stands in the verdict of the row, and the import
continues.

This page is written by `tally refusals > docs/refusals.md`.
";

/// The page of the documentation with every refusal that a person can read.
pub fn to_page() -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut chapter = "";
    for family in FAMILIES
        .iter()
        .filter(|family| family.audience != Audience::Inside)
    {
        if family.chapter != chapter {
            chapter = family.chapter;
            let heads = "| code | status | title | cause | remedy |\n| --- | --- | --- | --- | --- |";
            page.push_str(&format!("\n## {chapter}\n\n{heads}\n"));
        }
        let lines = family.entries.iter().map(|entry| to_line(entry, family.audience));
        page.extend(lines);
    }
    page
}

fn to_line(entry: &RefusalEntry, audience: Audience) -> String {
    let status = match audience {
        Audience::Rows => String::new(),
        Audience::Users | Audience::Operator | Audience::Inside => status_of(entry.kind).as_u16().to_string(),
    };
    let cause = to_sentence(&name_parts(entry.cause));
    let (code, title, remedy) = (entry.code, entry.title, entry.remedy);
    format!("| `{code}` | {status} | {title} | {cause} | {remedy} |\n")
}

/// A cause with the names of its parts between asterisks.
fn name_parts(cause: &str) -> String {
    let parts = cause.split(['{', '}']).enumerate();
    let named = parts.map(|(index, text)| match index % 2 {
        0 => text.to_owned(),
        _ => format!("*{}*", text.trim_end_matches(":?")),
    });
    named.collect()
}
