//! Every refusal by the rules of the business, for what lists them all.

use crate::asset::AssetRefusal;
use crate::import::ImportRefusal;
use crate::refusal::RefusalEntry;
use crate::tenant::TenantRefusal;

/// The catalogue of each family.
pub const REFUSALS: &[&[RefusalEntry]] = &[
    AssetRefusal::CATALOGUE,
    TenantRefusal::CATALOGUE,
    ImportRefusal::CATALOGUE,
];
