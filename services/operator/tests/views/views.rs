//! The views that these tests feed.

use tally_view_store::ViewSet;

/// The views of the business and of the operator.
pub fn all_views() -> ViewSet {
    ViewSet::new(&[tally_projections::VIEWS, tally_operator::views::VIEWS])
}
