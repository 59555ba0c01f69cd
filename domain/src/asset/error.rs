//! Why a wish concerning an asset is refused.

use thiserror::Error;

use crate::decision::Refused;
use crate::ids::AccountId;
use crate::refusal::RefusalKind;

/// A refusal by an asset's rules.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AssetRefusal {
    /// There is no such asset.
    #[error("there is no such asset")]
    NotFound,
    /// The asset is in the register already, with other content.
    #[error("this asset is already registered")]
    AlreadyRegistered,
    /// Another asset has the tag.
    #[error("the tag {tag} belongs to another asset")]
    TagTaken {
        /// The tag as asked for.
        tag: String,
    },
    /// The text is not a tag.
    #[error("the tag is not 1 to 64 characters of letters, digits, and . _ / -")]
    TagInvalid,
    /// An asset needs a name.
    #[error("the name is empty")]
    NameEmpty,
    /// An attribute's key or value will not do.
    #[error("the attribute {key} cannot be taken: {why}")]
    AttributeInvalid {
        /// Which attribute.
        key: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// More attributes than an asset can have.
    #[error("an asset can have at most 64 attributes")]
    TooManyAttributes,
    /// Somebody else has it.
    #[error("the asset is checked out to somebody else")]
    AlreadyCheckedOut {
        /// Who.
        holder: AccountId,
    },
    /// Nobody has it.
    #[error("the asset is not checked out")]
    NotCheckedOut,
    /// It is out of use.
    #[error("the asset is retired")]
    Retired,
    /// It is with a person, and must come back before it can go out of use.
    #[error("the asset is still checked out")]
    StillCheckedOut {
        /// With whom.
        holder: AccountId,
    },
    /// A correction dated after now.
    #[error("a correction cannot be dated in the future")]
    CorrectionInFuture,
    /// A correction dated before the asset entered the register.
    #[error("a correction cannot be dated before the asset was registered")]
    CorrectionBeforeRegistration,
    /// A correction without a reason.
    #[error("a correction needs a reason")]
    ReasonMissing,
    /// A remark or reason that is too long.
    #[error("a note or reason can have at most 2000 characters")]
    NoteTooLong,
}

impl Refused for AssetRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "asset.not_found",
            Self::AlreadyRegistered => "asset.already_registered",
            Self::TagTaken { .. } => "asset.tag_taken",
            Self::TagInvalid => "asset.tag_invalid",
            Self::NameEmpty => "asset.name_empty",
            Self::AttributeInvalid { .. } => "asset.attribute_invalid",
            Self::TooManyAttributes => "asset.too_many_attributes",
            Self::AlreadyCheckedOut { .. } => "asset.already_checked_out",
            Self::NotCheckedOut => "asset.not_checked_out",
            Self::Retired => "asset.retired",
            Self::StillCheckedOut { .. } => "asset.still_checked_out",
            Self::CorrectionInFuture => "asset.correction_in_future",
            Self::CorrectionBeforeRegistration => "asset.correction_before_registration",
            Self::ReasonMissing => "asset.reason_missing",
            Self::NoteTooLong => "asset.note_too_long",
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::NotFound => "Check the link, or search the register for the asset's tag.",
            Self::AlreadyRegistered => "Open the asset and edit it instead.",
            Self::TagTaken { .. } => "Choose another tag, or leave it empty and one is allotted.",
            Self::TagInvalid => {
                "Use letters, digits, and . _ / - only, or leave the tag empty and one is allotted."
            }
            Self::NameEmpty => "Give the asset a name.",
            Self::AttributeInvalid { .. } => "Change the value and try again.",
            Self::TooManyAttributes => "Remove attributes that are not needed.",
            Self::AlreadyCheckedOut { .. } => "Transfer it, or check it in first.",
            Self::NotCheckedOut => "Check it out first; there is nobody to take it from.",
            Self::Retired => "Restore the asset first.",
            Self::StillCheckedOut { .. } => "Check it in first.",
            Self::CorrectionInFuture => "Give a time that is not after now.",
            Self::CorrectionBeforeRegistration => "Give a time not before the asset's registration.",
            Self::ReasonMissing => "Say why the record was wrong.",
            Self::NoteTooLong => "Shorten the text to 2000 characters.",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotFound => RefusalKind::NotFound,
            Self::AlreadyRegistered
            | Self::TagTaken { .. }
            | Self::AlreadyCheckedOut { .. }
            | Self::NotCheckedOut
            | Self::Retired
            | Self::StillCheckedOut { .. } => RefusalKind::Conflict,
            _ => RefusalKind::Invalid,
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::TagTaken { .. } | Self::TagInvalid => Some("tag"),
            Self::NameEmpty => Some(super::attributes::well_known::NAME),
            Self::AttributeInvalid { key, .. } => Some(key),
            _ => None,
        }
    }
}
