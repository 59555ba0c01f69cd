//! Imports: taking a file in, and telling what came of it.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use sha2::{Digest, Sha256};
use tally_domain::AccountId;
use tally_imports::{MAX_BYTES, StartError, Unreadable, Upload};
use tally_projections::ImportList;

use super::dto::{Import, ImportPage, ImportRow, ImportRowPage, verdict};
use super::input::{Params, body, import_id};
use super::openapi::{Importing, NotFound, Reading};
use crate::http::caller::{Caller, Command};
use crate::http::problem::{self, Problem};
use crate::roles::Action;

/// The longest name of a file, in characters.
const MAX_FILE_NAME: usize = 255;
/// What is certainly no CSV, whatever it holds.
const NOT_CSV: [&str; 3] = [
    "application/json",
    "multipart/",
    "application/x-www-form-urlencoded",
];

/// Takes a CSV file in. Its rows are judged after the answer.
#[utoipa::path(
    post,
    path = "/api/v1/imports",
    operation_id = "startImport",
    tag = "imports",
    params(
        ("fileName" = Option<String>, Query, description = "The file's name, at most 255 characters."),
        ("dryRun" = Option<bool>, Query, description = "Whether only to tell what would happen."),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's name for this request: sent again with it, the file is taken in once."),
    ),
    request_body(content = String, content_type = "text/csv", description = "The file: at most 10 MiB and 50,000 rows, its first line naming the columns. `tag` and the attributes are found by many names; any other column becomes an attribute of its own."),
    responses(
        (status = 202, description = "The import, running.", body = Import, headers(("ETag" = String, description = "Its revision, quoted."), ("Location" = String, description = "Its address."))),
        Importing
    )
)]
pub async fn start(
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    caller.may(Action::Import).await?;
    let params = Params::of(&request, &["fileName", "dryRun"])?;
    let fits = |text: &str| (text.chars().count() <= MAX_FILE_NAME).then(|| text.to_owned());
    let file_name = params.parsed("fileName", "is longer than 255 characters", fits)?;
    let (dry_run, command) = (params.flag("dryRun")?, Command::of(&request)?);
    check_type(&request)?;
    let bytes = body(payload, MAX_BYTES).await.map_err(whole_file)?;
    let asked = format!(
        "{file_name:?}\n{dry_run}\n{}",
        hex::encode(Sha256::digest(&bytes))
    );
    let origin = caller.origin(&command, asked.as_bytes());
    let upload = Upload {
        file_name,
        dry_run,
        bytes,
    };
    let started = caller.app.imports.start(&origin, upload).await;
    let (import, done) = started.map_err(to_problem)?;
    caller
        .app
        .projected
        .wait_for(Some(caller.principal.tenant()), done.position)
        .await?;
    let record = caller.import(import).await?;
    let mut answer = HttpResponse::Accepted();
    answer.insert_header((LOCATION, format!("/api/v1/imports/{import}")));
    Ok(caller.import_answer(answer, record).await)
}

fn check_type(request: &HttpRequest) -> Result<(), Problem> {
    let named = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let named = named.to_ascii_lowercase();
    if NOT_CSV.iter().any(|other| named.starts_with(other)) {
        return Err(problem::refused(&Unreadable::NotText));
    }
    Ok(())
}

/// A file that is too large is refused as such, wherever that came to light.
fn whole_file(problem: Problem) -> Problem {
    if problem.status() == StatusCode::PAYLOAD_TOO_LARGE {
        too_large(Unreadable::TooManyBytes)
    } else {
        problem
    }
}

fn to_problem(error: StartError) -> Problem {
    match error {
        StartError::Unreadable(unreadable) if unreadable.is_too_large() => too_large(unreadable),
        StartError::Unreadable(unreadable) => problem::refused(&unreadable),
        StartError::Command(error) => error.into(),
    }
}

fn too_large(refusal: Unreadable) -> Problem {
    problem::refused(&refusal).of_status(StatusCode::PAYLOAD_TOO_LARGE)
}

/// Lists imports, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/imports",
    operation_id = "listImports",
    tag = "imports",
    params(
        ("limit" = Option<u32>, Query, description = "How many, 1 to 200; 50 when absent.", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, description = "A page of imports.", body = ImportPage), Reading)
)]
pub async fn list(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let params = Params::of(&request, &["limit", "cursor"])?;
    let (limit, cursor, tenant) = (params.limit()?, params.cursor(), caller.principal.tenant());
    let page = caller
        .ask(move |views| ImportList::of(views).imports(tenant, limit, cursor.as_deref()))
        .await?;
    let people: Vec<AccountId> = page
        .items
        .iter()
        .filter_map(|record| record.started_by.account.clone())
        .collect();
    let names = caller.names(&people).await;
    let items = page
        .items
        .into_iter()
        .map(|record| Import::of(record, &names))
        .collect();
    Ok(HttpResponse::Ok().json(ImportPage {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// Reads an import.
#[utoipa::path(
    get,
    path = "/api/v1/imports/{id}",
    operation_id = "getImport",
    tag = "imports",
    params(("id" = Uuid, Path, description = "The import.")),
    responses(
        (status = 200, description = "The import.", body = Import, headers(("ETag" = String, description = "Its revision, quoted."))),
        Reading,
        NotFound
    )
)]
pub async fn get(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    Params::of(&request, &[])?;
    let record = caller.import(import_id(&id)?).await?;
    Ok(caller.import_answer(HttpResponse::Ok(), record).await)
}

/// Lists the rows of an import with their verdicts.
#[utoipa::path(
    get,
    path = "/api/v1/imports/{id}/rows",
    operation_id = "listImportRows",
    tag = "imports",
    params(
        ("id" = Uuid, Path, description = "The import."),
        ("verdict" = Option<super::dto::RowVerdict>, Query, description = "Only rows with this verdict."),
        ("limit" = Option<u32>, Query, description = "How many, 1 to 200; 50 when absent.", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, description = "A page of rows, in the order of the file.", body = ImportRowPage), Reading, NotFound)
)]
pub async fn rows(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let import = import_id(&id)?;
    let params = Params::of(&request, &["verdict", "limit", "cursor"])?;
    let wanted = params.parsed(
        "verdict",
        "is not registered, registered_with_warning or refused",
        verdict,
    )?;
    let (limit, cursor, tenant) = (params.limit()?, params.cursor(), caller.principal.tenant());
    caller.import(import).await?;
    let page = caller
        .ask(move |views| ImportList::of(views).rows(tenant, import, wanted, limit, cursor.as_deref()))
        .await?;
    let items = page.items.into_iter().map(ImportRow::of).collect();
    Ok(HttpResponse::Ok().json(ImportRowPage {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// Stops an import before its next rows. What was judged by then stays.
#[utoipa::path(
    post,
    path = "/api/v1/imports/{id}/cancel",
    operation_id = "cancelImport",
    tag = "imports",
    params(
        ("id" = Uuid, Path, description = "The import."),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's name for this request."),
    ),
    responses(
        (status = 200, description = "The import.", body = Import, headers(("ETag" = String, description = "Its revision, quoted."))),
        Importing,
        NotFound
    )
)]
pub async fn cancel(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    caller.may(Action::Import).await?;
    Params::of(&request, &[])?;
    let command = Command::of(&request)?;
    let raw = body(payload, super::input::MAX_JSON).await?;
    super::input::json::<super::input::Nothing>(&raw)?;
    let import = import_id(&id)?;
    let done = caller
        .app
        .imports
        .cancel(&caller.origin(&command, &raw), import)
        .await?;
    caller
        .app
        .projected
        .wait_for(Some(caller.principal.tenant()), done.position)
        .await?;
    let record = caller.import(import).await?;
    Ok(caller.import_answer(HttpResponse::Ok(), record).await)
}
