//! Querying the views, off the threads that answer requests.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::ETAG;
use actix_web::{HttpResponse, HttpResponseBuilder};
use chrono::{DateTime, Utc};
use serde::Serialize;
use tally_commands::Done;
use tally_domain::schema::Schema;
use tally_domain::value::AttributeId;
use tally_domain::{AsOf, AssetId, ImportId, Position, Revision};
use tally_projections::{
    AssetRegister, HeldAsset, ImportList, ImportRecord, PastState, PersonRow, RecordedTimes, Schemas,
};
use tally_view_store::{StoreError, ViewStore};

use super::dto::{Asset, Import};
use super::input::{asset_not_found, import_not_found};
use super::joined::{self, Names};
use crate::http::caller::Caller;
use crate::http::problem::Problem;

impl Caller {
    /// Runs a query of the views.
    ///
    /// # Errors
    /// `request.busy`, `request.took_too_long`, or the problem that the query's error stands for,
    /// such as `view.unavailable`.
    pub(super) async fn query<T, E>(
        &self,
        query: impl FnOnce(&ViewStore) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Send + 'static,
        Problem: From<E>,
    {
        Ok(self.app.questions.ask(self.principal.tenant(), query).await??)
    }

    /// Runs a query of the views in the state that they had at `instant`, or in the current one.
    /// This is where the instant of a request becomes a position, once for the whole request.
    ///
    /// # Errors
    /// As [`Self::query`].
    pub(super) async fn query_as_of<T, E>(
        &self,
        instant: Option<DateTime<Utc>>,
        query: impl FnOnce(&ViewStore, Option<AsOf>) -> Result<T, E> + Send + 'static,
    ) -> Result<(T, Option<PastState>), Problem>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        Problem: From<E>,
    {
        let tenant = self.principal.tenant();
        self.query(move |views| {
            let resolve = |instant| RecordedTimes::of(views).find_state(tenant, instant);
            let state = instant.map(resolve).transpose()?;
            Ok((query(views, state.map(|state| state.as_of))?, state))
        })
        .await
    }

    /// An asset as the views have it once they show what a command left. One that appended nothing
    /// now, as a repeat, is answered with the asset as it was then.
    ///
    /// # Errors
    /// `view.lagging` when they do not show it in time, or `asset.not_found`.
    pub(super) async fn asset_left_by(&self, asset: AssetId, done: &Done) -> Result<HeldAsset, Problem> {
        let (tenant, position) = (self.principal.tenant(), done.position);
        let then = AsOf {
            instant: self.app.clock.now(),
            position: Some(position),
        };
        let as_of = (done.appended == 0).then_some(then);
        let read = async || {
            let get = move |views: &ViewStore| AssetRegister::of(views).get(tenant, asset, as_of);
            self.query(get).await
        };
        let row = self.app.projected.read_after(tenant, position, read).await??;
        row.ok_or_else(asset_not_found)
    }

    /// An import as the views have it once they show everything up to `position`.
    ///
    /// # Errors
    /// `view.lagging` when they do not show it in time, or `import.not_found`.
    pub(super) async fn import_after(
        &self,
        import: ImportId,
        position: Position,
    ) -> Result<StartedImport, Problem> {
        let (projected, tenant) = (&self.app.projected, self.principal.tenant());
        let read = async || self.import(import).await;
        projected.read_after(tenant, position, read).await?
    }

    /// An import as the views have it.
    ///
    /// # Errors
    /// `import.not_found` when the caller's site has no such import.
    pub(super) async fn import(&self, import: ImportId) -> Result<StartedImport, Problem> {
        let tenant = self.principal.tenant();
        let found = self.query(move |views| {
            let Some(record) = ImportList::of(views).import(tenant, import)? else {
                return Ok(None);
            };
            let people = joined::find_by_ids(views, tenant, record.started_by.person)?;
            Ok::<_, StoreError>(Some(StartedImport { record, people }))
        });
        found.await?.ok_or_else(import_not_found)
    }

    /// The schema of the caller's register as the view has it. Read after what it names, it has
    /// every attribute of it.
    ///
    /// # Errors
    /// `view.unavailable`.
    pub(super) async fn schema(&self) -> Result<Arc<Schema>, Problem> {
        let tenant = self.principal.tenant();
        let schema = self.query(move |views| Schemas::of(views).of_tenant(tenant));
        Ok(self.app.schemas.remember(tenant, schema.await?))
    }

    /// A schema of the caller's register that has all of `attributes`, which were read from a view:
    /// as it is remembered, or as the view has it.
    ///
    /// # Errors
    /// As [`Self::schema`].
    pub(super) async fn schema_of(
        &self,
        attributes: impl IntoIterator<Item = AttributeId>,
    ) -> Result<Arc<Schema>, Problem> {
        match self.app.schemas.find(self.principal.tenant(), attributes) {
            Some(known) => Ok(known),
            None => self.schema().await,
        }
    }

    /// The answer to a command, with the asset and its ETag.
    ///
    /// # Errors
    /// As [`Self::schema`].
    pub(super) async fn asset_answer(
        &self,
        status: StatusCode,
        row: HeldAsset,
    ) -> Result<HttpResponse, Problem> {
        let asset = self.to_asset(&row, Names::AsKnown).await?;
        Ok(with_etag(HttpResponse::build(status), row.asset.revision, &asset))
    }

    /// The answer with an asset as it is or in a state of the past, and its ETag.
    ///
    /// # Errors
    /// As [`Self::schema`].
    pub(super) async fn asset_answer_as_of(
        &self,
        row: HeldAsset,
        as_of: Option<PastState>,
    ) -> Result<HttpResponse, Problem> {
        let asset = Asset {
            as_of: as_of.map(Into::into),
            ..self.to_asset(&row, Names::Awaited).await?
        };
        Ok(with_etag(HttpResponse::Ok(), row.asset.revision, &asset))
    }

    async fn to_asset(&self, row: &HeldAsset, names: Names) -> Result<Asset, Problem> {
        let people = self.show(row.holder.clone(), names).await;
        let schema = self.schema_of(row.asset.attributes.keys().copied()).await?;
        Ok(Asset::of(&row.asset, &people, &schema))
    }

    /// The answer with an import and its ETag.
    pub(super) async fn import_answer(
        &self,
        mut answer: HttpResponseBuilder,
        import: StartedImport,
        names: Names,
    ) -> HttpResponse {
        let people = self.show(import.people, names).await;
        answer.insert_header((ETAG, etag(import.record.revision)));
        answer.json(Import::of(import.record, &people))
    }
}

/// An import with the person who started it.
pub(super) struct StartedImport {
    record: ImportRecord,
    people: Vec<PersonRow>,
}

fn with_etag(mut answer: HttpResponseBuilder, revision: Revision, body: &impl Serialize) -> HttpResponse {
    answer.insert_header((ETAG, etag(revision))).json(body)
}

fn etag(revision: Revision) -> String {
    format!("\"{revision}\"")
}
