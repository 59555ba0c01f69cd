//! Parts of the views that are fed independently, each with its own checkpoint.
//!
//! What a tenant's views show comes from the tenant's own streams alone, so tenants can be fed side
//! by side. The views of the operator look across tenants: they are one part, fed with everything
//! in the order of the log.

use std::fmt;

use sha2::{Digest, Sha256};
use tally_domain::{StreamName, TenantId};

use crate::view::{Scope, View, ViewName, ViewSet};

/// A part of the views.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Partition {
    /// All views, where one process feeds them.
    All,
    /// The views of tenants, for the tenants whose streams hash to `number` of `of`.
    Tenants {
        /// The number of the share, from 0.
        number: u16,
        /// How many shares there are.
        of: u16,
    },
    /// The views of the operator.
    Operator,
}

impl Partition {
    /// The partitions of views whose tenants are split `of` ways.
    pub fn all(of: u16) -> Vec<Self> {
        let tenants = (0..of).map(|number| Self::Tenants { number, of });
        tenants.chain([Self::Operator]).collect()
    }

    /// Those of [`Self::all`] in which any of `views` has a part.
    pub(crate) fn all_with_views(of: u16, views: &ViewSet) -> Vec<Self> {
        let mut partitions = Self::all(of);
        partitions.retain(|partition| partition.views_of(views).next().is_some());
        partitions
    }

    /// The share, of `of` ones, that shows what happens in `stream`.
    pub fn of_stream(stream: &StreamName, of: u16) -> Self {
        let digest = Sha256::digest(stream_owner(stream));
        let number = digest.iter().fold(0u64, |sum, byte| {
            (sum << 8 | u64::from(*byte)) % u64::from(of.max(1))
        });
        Self::Tenants {
            number: u16::try_from(number).unwrap_or(0),
            of,
        }
    }

    /// Those of `views` that have a part in this partition.
    pub(crate) fn views_of(self, views: &ViewSet) -> impl Iterator<Item = &'static dyn View> + '_ {
        views.iter().filter(move |view| match self {
            Self::All => true,
            Self::Tenants { .. } => view.scope() == Scope::Tenant,
            Self::Operator => view.scope() == Scope::Operator,
        })
    }

    /// Whether an event in `stream` can change this partition.
    pub(crate) fn includes(self, stream: &StreamName) -> bool {
        match self {
            Self::All | Self::Operator => true,
            Self::Tenants { of, .. } => Self::of_stream(stream, of) == self,
        }
    }

    /// The name under which the checkpoint of this part of `view` is kept.
    pub(crate) fn key(self, view: ViewName) -> String {
        match self {
            Self::All | Self::Operator => view.as_str().to_owned(),
            Self::Tenants { number, .. } => format!("{}/{number}", view.as_str()),
        }
    }

    /// The partition's number among [`Self::all`] `of` ones; the operator's is the last.
    pub fn index(self, of: u16) -> usize {
        match self {
            Self::All => 0,
            Self::Tenants { number, .. } => number.into(),
            Self::Operator => of.into(),
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("whole"),
            Self::Tenants { number, .. } => write!(f, "{number}"),
            Self::Operator => f.write_str("operator"),
        }
    }
}

/// The tenant whose stream this is, or the stream itself. Streams of one owner are in one
/// partition.
fn stream_owner(stream: &StreamName) -> &str {
    let name = stream.as_str();
    match name.split_once('.') {
        Some((tenant, _)) if tenant.parse::<TenantId>().is_ok() => tenant,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use tally_domain::AssetId;
    use uuid::Uuid;

    use super::*;

    fn tenant(n: u128) -> TenantId {
        TenantId(Uuid::from_u128(n))
    }

    #[test]
    fn all_streams_of_a_tenant_are_in_one_partition() {
        for n in 0..50 {
            let asset = AssetId(Uuid::from_u128(n + 1000));
            let of = |stream: &StreamName| Partition::of_stream(stream, 8);
            let own = of(&StreamName::tenant(tenant(n)));
            assert_eq!(own, of(&StreamName::asset(tenant(n), asset)));
            assert_eq!(own, of(&StreamName::of_tenant(tenant(n), "health")));
        }
    }

    #[test]
    fn tenants_spread_over_the_partitions() {
        let mut counts = [0; 8];
        for n in 0..800 {
            counts[Partition::of_stream(&StreamName::tenant(tenant(n)), 8).index(8)] += 1;
        }
        assert!(counts.iter().all(|count| *count > 50), "{counts:?}");
    }

    #[test]
    fn where_a_tenant_is_never_changes_between_versions() {
        let at = |n| Partition::of_stream(&StreamName::tenant(tenant(n)), 8).index(8);
        assert_eq!([at(1), at(2), at(3), at(4)], [2, 2, 6, 4]);
    }
}
