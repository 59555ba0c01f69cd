//! The views that these tests feed.

use tally_view_store::ViewSet;

/// The views of the business.
pub fn all_views() -> ViewSet {
    ViewSet::new(&[tally_projections::VIEWS])
}
