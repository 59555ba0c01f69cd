//! Which views there are in which partitions.

use crate::partition::Partition;
use crate::view::{View, ViewSet};

/// The parts of a store: each partition of each view.
#[derive(Clone, Copy)]
pub(crate) struct Layout<'a> {
    pub views: &'a ViewSet,
    pub partitions: &'a [Partition],
}

impl<'a> Layout<'a> {
    pub fn new(views: &'a ViewSet, partitions: &'a [Partition]) -> Self {
        Self { views, partitions }
    }

    /// The parts in the order of the partitions, and within one in the order of the views.
    pub fn parts(self) -> impl Iterator<Item = (Partition, &'static dyn View)> + 'a {
        self.partitions.iter().flat_map(move |partition| {
            let views = partition.views_of(self.views);
            views.map(|view| (*partition, view))
        })
    }
}
