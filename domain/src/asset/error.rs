//! Why the rules of an asset refuse a command.

use super::fault::AttributeFault;
use super::well_known;
use crate::ids::PersonId;
use crate::refusals;

refusals! {
    /// A refusal by the rules of an asset.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum AssetRefusal {
        /// The register has no such asset.
        NotFound = "asset.not_found" {
            kind: NotFound,
            title: "Asset not found",
            cause: "there is no such asset",
            remedy: "Check the link, or search the register for the asset's tag.",
        },
        /// The asset's registration was taken back.
        Withdrawn = "asset.withdrawn" {
            kind: NotFound,
            title: "Registration withdrawn",
            cause: "the registration of this asset was withdrawn",
            remedy: "Read the asset's history, or register it again.",
        },
        /// The register has this asset already, with other content.
        AlreadyRegistered = "asset.already_registered" {
            kind: Conflict,
            title: "Asset already registered",
            cause: "this asset is already registered",
            remedy: "Open the asset and edit it instead.",
        },
        /// Another asset has the tag.
        TagTaken {
            /// The tag as requested.
            tag: String,
        } = "asset.tag_taken" {
            kind: Conflict,
            title: "Tag in use",
            cause: "the tag {tag} belongs to another asset",
            remedy: "Choose another tag, or leave it empty to get the next free one.",
            field: "tag",
        },
        /// A retired asset has the tag.
        TagRetired {
            /// The tag as requested.
            tag: String,
        } = "asset.tag_retired" {
            kind: Conflict,
            title: "Tag of a retired asset",
            cause: "the tag {tag} belongs to a retired asset",
            remedy: "Restore that asset if it is the same thing, or choose another tag.",
            field: "tag",
        },
        /// The text is not a tag.
        TagInvalid = "asset.tag_invalid" {
            kind: Invalid,
            title: "Tag not valid",
            cause: "the tag is not 1 to 64 characters of letters, digits, and . _ / -",
            remedy: "Use letters, digits, and . _ / - only, or leave the tag empty to get the next free one.",
            field: "tag",
        },
        /// The command gives the asset no name.
        NameEmpty = "asset.name_empty" {
            kind: Invalid,
            title: "Name missing",
            cause: "the name is empty",
            remedy: "Give the asset a name.",
            field: well_known::NAME,
        },
        /// The key or the value of an attribute is not allowed.
        AttributeInvalid {
            /// The key as requested.
            key: String,
            /// What is wrong with the key or the value.
            why: AttributeFault,
        } = "asset.attribute_invalid" {
            kind: Invalid,
            title: "Attribute not valid",
            cause: "the attribute {key} is not valid: {why}",
            remedy: "Change the value and try again.",
            field: key,
        },
        /// The asset would have more attributes than it can.
        TooManyAttributes = "asset.too_many_attributes" {
            kind: Invalid,
            title: "Too many attributes",
            cause: "an asset can have at most 64 attributes",
            remedy: "Remove attributes that are not needed.",
        },
        /// The register would have more free attributes than it can.
        SchemaFull = "schema.too_many_attributes" {
            kind: Conflict,
            title: "Too many attributes in the register",
            cause: "a register can have at most 500 attributes of its own",
            remedy: "Use attributes that the register has already.",
        },
        /// Another person holds the asset.
        AlreadyCheckedOut {
            /// The person who has it now.
            holder: PersonId,
        } = "asset.already_checked_out" {
            kind: Conflict,
            title: "Already checked out",
            cause: "the asset is checked out to another person",
            remedy: "Transfer it, or check it in first.",
        },
        /// No one holds the asset.
        NotCheckedOut = "asset.not_checked_out" {
            kind: Conflict,
            title: "Not checked out",
            cause: "the asset is not checked out",
            remedy: "Check it out first; no one holds it now.",
        },
        /// The asset is out of use.
        Retired = "asset.retired" {
            kind: Conflict,
            title: "Asset retired",
            cause: "the asset is retired",
            remedy: "Restore the asset first.",
        },
        /// A person holds the asset, who must return it before it can be retired.
        StillCheckedOut {
            /// The person who has it now.
            holder: PersonId,
        } = "asset.still_checked_out" {
            kind: Conflict,
            title: "Still checked out",
            cause: "the asset is still checked out",
            remedy: "Check it in first.",
        },
        /// The correction is dated after now.
        CorrectionInFuture = "asset.correction_in_future" {
            kind: Invalid,
            title: "Date in the future",
            cause: "a correction cannot be dated in the future",
            remedy: "Enter a time that is not after now.",
        },
        /// The correction is dated before the asset entered the register.
        CorrectionBeforeRegistration = "asset.correction_before_registration" {
            kind: Invalid,
            title: "Date before registration",
            cause: "a correction cannot be dated before the asset was registered",
            remedy: "Enter a time that is not before the asset's registration.",
        },
        /// The correction gives no reason.
        ReasonMissing = "asset.reason_missing" {
            kind: Invalid,
            title: "Reason missing",
            cause: "a correction needs a reason",
            remedy: "Say why the record was wrong.",
        },
        /// The note or reason is too long.
        NoteTooLong = "asset.note_too_long" {
            kind: Invalid,
            title: "Text too long",
            cause: "a note or reason can have at most 2000 characters",
            remedy: "Shorten the text to 2000 characters.",
        },
        /// The note or reason has a character that no text may have.
        NoteInvalid {
            /// What is wrong with it.
            why: AttributeFault,
        } = "asset.note_invalid" {
            kind: Invalid,
            title: "Text not valid",
            cause: "the note or reason is not valid: {why}",
            remedy: "Delete these characters. They cannot be seen; text that was copied may contain them.",
        },
    }
}
