//! Imports: starting one with a file, reading its verdicts, cancelling it.

use std::cell::{Cell, RefCell};

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use sha2::{Digest, Sha256};
use tally_commands::{Done, Origin};
use tally_domain::{ImportId, StreamName};
use tally_http::RequestRefusal;
use tally_imports::Upload;
use tally_projections::{ImportList, QueryError};

use super::dto::{Import, ImportPage, ImportRow, ImportRowPage, parse_verdict};
use super::import_files::{CHOICES, check_type, describe_choices, read_choices, read_file, to_problem};
use super::input::{MAX_JSON, Nothing, Params, import_not_found, parse_import_id, read_json};
use super::joined::{self, Names};
use super::parameters::{IdempotencyKey, PageOf, ReadingChoices};
use super::problems::{Importing, NotFound, Reading};
use crate::http::caller::{Body, Caller, Command};
use crate::http::problem::Problem;
use crate::roles::Action;

/// The longest name of a file, in characters.
const MAX_FILE_NAME: usize = 255;

/// Starts an import of a CSV file. Its rows are judged after the answer.
#[utoipa::path(
    operation_id = "startImport",
    tag = "imports",
    params(
        ("fileName" = Option<String>, Query, description = "The file's name, at most 255 characters."),
        ("dryRun" = Option<bool>, Query, description = "Whether the import only reports what would happen."),
        ReadingChoices,
        IdempotencyKey
    ),
    request_body(
        content = String,
        content_type = "text/csv",
        description = "The file: at most 10 MiB and 50,000 rows, its first line naming the columns. \
            `tag` and the attributes are found by many names; any other column becomes an attribute \
            of its own."
    ),
    responses(
        (
            status = 202,
            description = "The import, running.",
            body = Import,
            headers(
                ("ETag" = String, description = "Its revision, quoted."),
                ("Location" = String, description = "Its address.")
            )
        ),
        Importing
    )
)]
#[post("/imports")]
pub async fn start(
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    caller.may(Action::Import).await?;
    let known: Vec<&str> = ["fileName", "dryRun"].into_iter().chain(CHOICES).collect();
    let params = Params::of(&request, &known)?;
    let choices = read_choices(&params)?;
    let fits = |text: &str| (text.chars().count() <= MAX_FILE_NAME).then(|| text.to_owned());
    let file_name = params.parse("fileName", "is longer than 255 characters", fits)?;
    let (dry_run, command) = (params.flag("dryRun")?, Command::of(&request)?);
    check_type(&request)?;
    let Body { bytes, room: _room } = read_file(&caller, &request, payload).await?;
    let content = format!(
        "{file_name:?}\n{dry_run}\n{}{}",
        hex::encode(Sha256::digest(&bytes)),
        describe_choices(&choices)
    );
    let origin = caller.origin(&command, content.as_bytes()).await?;
    let upload = Upload {
        file_name,
        dry_run,
        choices,
        bytes,
    };
    let import = tally_imports::import_of(origin.command);
    let done = start_once(&caller, &origin, import, upload).await?;
    let record = caller.import_after(import, done.position).await;
    let record = record.map_err(Problem::after_command)?;
    let mut answer = HttpResponse::Accepted();
    answer.insert_header((LOCATION, format!("/api/v1/imports/{import}")));
    Ok(caller.import_answer(answer, record, Names::AsKnown).await)
}

/// A file whose import begins is given away with the first try; one that is refused is refused
/// again for the same reason.
async fn start_once(
    caller: &Caller,
    origin: &Origin,
    import: ImportId,
    upload: Upload,
) -> Result<Done, Problem> {
    let (upload, refusal) = (Cell::new(Some(upload)), RefCell::new(None::<Problem>));
    let begin = async || {
        let Some(upload) = upload.take() else {
            let refused = refusal.borrow().clone();
            return Err(refused.unwrap_or_else(|| RequestRefusal::KeyInUse.into()));
        };
        let started = caller.app.imports.start(origin, upload).await;
        let done = started.map(|(_, done)| done).map_err(to_problem);
        *refusal.borrow_mut() = done.as_ref().err().cloned();
        done
    };
    let stream = StreamName::import(origin.tenant, import);
    caller.carry_out_once(origin, &stream, begin).await
}

/// Lists imports, newest first.
#[utoipa::path(
    operation_id = "listImports",
    tag = "imports",
    params(PageOf),
    responses((status = 200, description = "A page of imports.", body = ImportPage), Reading)
)]
#[get("/imports")]
pub async fn list(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let params = Params::of(&request, &["limit", "cursor"])?;
    let (limit, cursor, tenant) = (
        params.limit()?,
        params.cursor(&caller)?,
        caller.principal.tenant(),
    );
    let found = caller.query(move |views| {
        let page = ImportList::of(views).imports(tenant, limit, cursor.as_deref())?;
        let started_by = page.items.iter().filter_map(|record| record.started_by.person);
        let people = joined::find_by_ids(views, tenant, started_by)?;
        Ok::<_, QueryError>((page, people))
    });
    let (page, people) = found.await?;
    let people = caller.show(people, Names::Awaited).await;
    let items = page
        .items
        .into_iter()
        .map(|record| Import::of(record, &people))
        .collect();
    Ok(HttpResponse::Ok().json(ImportPage {
        items,
        next_cursor: params.next_cursor(&caller, page.next_cursor),
    }))
}

/// Reads one import, with its counts so far.
#[utoipa::path(
    operation_id = "getImport",
    tag = "imports",
    params(("id" = Uuid, Path, description = "The import's id.")),
    responses(
        (
            status = 200,
            description = "The import.",
            body = Import,
            headers(("ETag" = String, description = "Its revision, quoted."))
        ),
        Reading,
        NotFound
    )
)]
#[get("/imports/{id}")]
pub async fn get(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    Params::of(&request, &[])?;
    let record = caller.import(parse_import_id(&id)?).await?;
    Ok(caller
        .import_answer(HttpResponse::Ok(), record, Names::Awaited)
        .await)
}

/// Lists the rows of an import with their verdicts.
#[utoipa::path(
    operation_id = "listImportRows",
    tag = "imports",
    params(
        ("id" = Uuid, Path, description = "The import's id."),
        ("verdict" = Option<super::dto::RowVerdict>, Query, description = "Only rows with this verdict."),
        PageOf
    ),
    responses(
        (status = 200, description = "A page of rows, in the order of the file.", body = ImportRowPage),
        Reading,
        NotFound
    )
)]
#[get("/imports/{id}/rows")]
pub async fn rows(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let import = parse_import_id(&id)?;
    let params = Params::of(&request, &["verdict", "limit", "cursor"])?;
    let filter = params.parse(
        "verdict",
        "is not registered, registered_with_warning or refused",
        parse_verdict,
    )?;
    let (limit, cursor, tenant) = (
        params.limit()?,
        params.cursor(&caller)?,
        caller.principal.tenant(),
    );
    let page = caller.query(move |views| {
        let imports = ImportList::of(views);
        if imports.import(tenant, import)?.is_none() {
            return Ok(None);
        }
        imports
            .rows(tenant, import, filter, limit, cursor.as_deref())
            .map(Some)
    });
    let page = page.await?.ok_or_else(import_not_found)?;
    let items = page.items.into_iter().map(ImportRow::of).collect();
    Ok(HttpResponse::Ok().json(ImportRowPage {
        items,
        next_cursor: params.next_cursor(&caller, page.next_cursor),
    }))
}

/// Stops an import before its next rows. Rows judged before that stay.
#[utoipa::path(
    operation_id = "cancelImport",
    tag = "imports",
    params(("id" = Uuid, Path, description = "The import's id."), IdempotencyKey),
    responses(
        (
            status = 200,
            description = "The import.",
            body = Import,
            headers(("ETag" = String, description = "Its revision, quoted."))
        ),
        Importing,
        NotFound
    )
)]
#[post("/imports/{id}/cancel")]
pub async fn cancel(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    caller.may(Action::Import).await?;
    Params::of(&request, &[])?;
    let command = Command::of(&request)?;
    let raw = caller.read_body(&request, payload, MAX_JSON).await?.bytes;
    read_json::<Nothing>(&raw)?;
    let import = parse_import_id(&id)?;
    let origin = caller.origin(&command, &raw).await?;
    let stream = StreamName::import(origin.tenant, import);
    let cancel = async || Ok(caller.app.imports.cancel(&origin, import).await?);
    let done = caller.carry_out_once(&origin, &stream, cancel).await?;
    let record = caller.import_after(import, done.position).await;
    let record = record.map_err(Problem::after_command)?;
    Ok(caller
        .import_answer(HttpResponse::Ok(), record, Names::AsKnown)
        .await)
}
