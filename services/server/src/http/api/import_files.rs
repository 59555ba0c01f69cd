//! The files of imports: how one is read before anything is written, and the rows that were refused.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use tally_domain::import::Finding;
use tally_domain::refusal::Parameter;
use tally_http::Reader;
use tally_imports::{
    Choices, MAX_BYTES, StartError, Unreadable, describe_findings, parse_encoding, parse_separator,
};
use tally_messages::{Language, Part, Table, Texts, Value};

use super::dto::{self, ImportPreview};
use super::input::{Params, import_not_found, parse_import_id};
use super::parameters::ReadingChoices;
use super::problems::{Importing, NotFound, Reading};
use crate::http::caller::{Body, Caller};
use crate::http::problem::{self, Problem};
use crate::roles::Action;

/// Content types that are certainly no CSV file.
const NOT_CSV: [&str; 3] = [
    "application/json",
    "multipart/",
    "application/x-www-form-urlencoded",
];
/// The parameters by which a user chooses how a file is read.
pub const CHOICES: [&str; 5] = ["encoding", "separator", "headerLine", "dayOrder", "fields"];
/// The most fields that a user can choose.
const MAX_FIELDS: usize = 300;

/// Reads what a user chose.
///
/// # Errors
/// `request.malformed`, naming the parameter.
pub fn read_choices(params: &Params) -> Result<Choices, Problem> {
    let line = |text: &str| text.parse().ok().filter(|line| *line >= 1);
    let separator = |text: &str| parse_separator(dto::separator_of(text)?);
    let fields = params.parse("fields", "is not a list such as 2:name,5:serial", parse_fields)?;
    Ok(Choices {
        encoding: params.parse("encoding", "is not the name of an encoding", parse_encoding)?,
        separator: params.parse("separator", "is not comma, semicolon, tab or pipe", separator)?,
        header_line: params.parse("headerLine", "is not a number from 1", line)?,
        day_order: params.parse(
            "dayOrder",
            "is neither day_first nor month_first",
            dto::day_order_of,
        )?,
        fields: fields.unwrap_or_default(),
        ..Choices::default()
    })
}

fn parse_fields(text: &str) -> Option<BTreeMap<u32, String>> {
    let pairs = text.split(',').take(MAX_FIELDS + 1);
    let fields: Option<Vec<_>> = pairs
        .map(|pair| {
            let (column, field) = pair.split_once(':')?;
            let column = column.trim().parse().ok().filter(|column| *column >= 1)?;
            let field = field.trim().to_owned();
            (!field.is_empty()).then_some((column, field))
        })
        .collect();
    let fields = fields.filter(|fields| fields.len() <= MAX_FIELDS)?;
    Some(fields.into_iter().collect())
}

/// What a user chose, as a part of what a request is recognized by; nothing when all is left to be
/// found.
pub fn describe_choices(choices: &Choices) -> String {
    if *choices == Choices::default() {
        return String::new();
    }
    let encoding = choices.encoding.map(|encoding| encoding.name());
    let order = choices.day_order.map(dto::day_order_name);
    format!(
        "\n{encoding:?} {:?} {:?} {order:?} {:?}",
        choices.separator, choices.header_line, choices.fields
    )
}

/// Refuses what is certainly no CSV file.
///
/// # Errors
/// `import.not_csv`.
pub fn check_type(request: &HttpRequest) -> Result<(), Problem> {
    let named = request.headers().get(CONTENT_TYPE);
    let named = named.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let named = named.to_ascii_lowercase();
    if NOT_CSV.iter().any(|other| named.starts_with(other)) {
        return Err(problem::from_refusal(&Unreadable::NotText));
    }
    Ok(())
}

/// Reads a file from the body of a request. One that is too large is refused in the same words
/// wherever that is noticed.
///
/// # Errors
/// `import.too_large`, or `request.malformed` when the body ends too early.
pub async fn read_file(
    caller: &Caller,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<Body, Problem> {
    let read = caller.read_body(request, payload, MAX_BYTES).await;
    read.map_err(|problem| match problem.status() {
        StatusCode::PAYLOAD_TOO_LARGE => problem::from_refusal(&Unreadable::TooManyBytes),
        _ => problem,
    })
}

/// The problem of a file that cannot be imported.
pub fn to_problem(error: StartError) -> Problem {
    match error {
        StartError::Unreadable(unreadable) => problem::from_refusal(&unreadable),
        StartError::Command(error) => error.into(),
    }
}

/// Reads a CSV file as an import with the same parameters would, and writes nothing: its encoding,
/// separator and header line, the fields of its columns, and its first rows.
#[utoipa::path(
    operation_id = "previewImport",
    tag = "imports",
    params(ReadingChoices),
    request_body(
        content = String,
        content_type = "text/csv",
        description = "The file, as for an import."
    ),
    responses(
        (status = 200, description = "How the file is read.", body = ImportPreview),
        Importing
    )
)]
#[post("/imports/preview")]
pub async fn preview(
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    caller.may(Action::Import).await?;
    let choices = read_choices(&Params::of(&request, &CHOICES)?)?;
    check_type(&request)?;
    let Body { bytes, room: _room } = read_file(&caller, &request, payload).await?;
    let tenant = caller.principal.tenant();
    let survey = caller.app.imports.preview(tenant, bytes, choices).await;
    Ok(HttpResponse::Ok().json(ImportPreview::of(survey.map_err(to_problem)?)))
}

/// The refused rows of an import as a CSV file to correct and import again: what was found in each,
/// in the language of `Accept-Language`, then the row as it stood in the file. The columns that it
/// adds are known when it is imported. A week after the end of the import only the findings are
/// left.
#[utoipa::path(
    operation_id = "downloadRefusedRows",
    tag = "imports",
    params(("id" = Uuid, Path, description = "The import's id.")),
    responses(
        (status = 200, description = "The file, in UTF-8.", body = String, content_type = "text/csv"),
        Reading,
        NotFound
    )
)]
#[get("/imports/{id}/refused-rows")]
pub async fn refused_rows(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    reader: Reader,
) -> Result<HttpResponse, Problem> {
    Params::of(&request, &[])?;
    let import = parse_import_id(&id)?;
    let (imports, tenant) = (&caller.app.imports, caller.principal.tenant());
    let texts = reader.texts;
    let file = imports.refused_rows(tenant, import, move |findings| describe(findings, texts));
    let file = file.await?.ok_or_else(import_not_found)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"refused-rows.csv\""))
        .body(file))
}

/// What was found in a row, in the reader's language.
fn describe(findings: &[Finding], texts: &Texts) -> String {
    if texts.language() == Language::English {
        return describe_findings(findings);
    }
    let cause = |finding: &Finding| {
        let parameters = finding.parameters.iter();
        let values: Vec<(&str, Value)> = parameters
            .map(|(name, value)| (name.as_str(), to_value(value)))
            .collect();
        let text = texts.by_code_with(Table::Refusal, &finding.code, Part::Cause, &values);
        text.unwrap_or_else(|| describe_findings(std::slice::from_ref(finding)))
    };
    findings.iter().map(cause).collect::<Vec<_>>().join(" ")
}

fn to_value(parameter: &Parameter) -> Value {
    match parameter {
        Parameter::Number(number) => Value::Number(*number),
        Parameter::Text(text) => Value::Text(text.clone()),
    }
}
