//! What the handlers of the operator's listener share.

use std::sync::Arc;

use crate::watch::WaitingNotices;
use actix_web::{HttpResponse, web};
use chrono::TimeDelta;
use maud::Markup;
use tally_domain::{Clock, Position};
use tally_event_log::LogWriter;
use tally_http::ProblemDetails;
use tally_http::html::Document;
use tally_view_store::ViewStore;

use super::frame;
use super::problem::OpsProblem;
use crate::settings::{OpsListener, ReleaseTerms};
use tally_diagnosis::Diagnosis;
use tally_observations::node::{TenantDirectory, ViewProgress};

/// What the handlers of the operator's listener share.
pub struct Operations {
    /// The one source of the time.
    pub clock: Clock,
    /// The event log.
    pub log: Arc<dyn LogWriter>,
    /// The views.
    pub views: Arc<ViewStore>,
    /// How far the views are.
    pub progress: Arc<dyn ViewProgress>,
    /// The tenants of this node.
    pub tenants: Arc<dyn TenantDirectory>,
    /// Diagnoses sites.
    pub diagnosis: Arc<Diagnosis>,
    /// The messages about alarms that are not delivered yet.
    pub notices: Arc<WaitingNotices>,
    /// The listener's settings.
    pub listener: OpsListener,
    /// The terms on which releases bake.
    pub terms: ReleaseTerms,
    /// The address of the public listener.
    pub public_url: String,
}

impl Operations {
    /// Asks the views, off the threads that answer requests.
    pub(super) async fn ask<T, E>(
        &self,
        question: impl FnOnce(&ViewStore) -> Result<T, E> + Send + 'static,
    ) -> Result<T, OpsProblem>
    where
        T: Send + 'static,
        E: Send + 'static,
        OpsProblem: From<E>,
    {
        let views = self.views.clone();
        let answer = web::block(move || question(&views))
            .await
            .map_err(|cause| ProblemDetails::internal(&cause))?;
        Ok(answer?)
    }

    /// Waits until the operator's views show `position`.
    pub(super) async fn wait_for(&self, position: Position) -> Result<(), OpsProblem> {
        Ok(self.progress.wait_for_operator(position).await?)
    }

    /// The longest time between two probes that counts as baking.
    pub(super) fn probe_gap(&self) -> TimeDelta {
        TimeDelta::from_std(self.terms.probe_gap).unwrap_or(TimeDelta::MAX)
    }

    /// A page with the common header.
    pub(super) fn page(&self, document: Document<'_>, main: &Markup) -> HttpResponse {
        let base_url = self.public_url.trim_end_matches('/');
        frame::page(base_url, self.listener.token.is_some(), document, main)
    }
}
