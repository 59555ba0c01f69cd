//! Entries about Forge, which Tally does not speak yet.

use super::{Entry, Here};

const NO_FORGE: &str = "Tally has no Forge edge: it takes no invocation tokens and calls no Forge API.";

pub static D20: Entry = Entry {
    id: "D20",
    symptom: "Calls by Forge are refused after a site rename.",
    cause: "The link between installation and client key was deleted when a payload came without the installation's id.",
    here: Here::Impossible(NO_FORGE),
};

pub static D21: Entry = Entry {
    id: "D21",
    symptom: "A Forge remote answers that it could not verify the invocation token.",
    cause: "Another environment's app id or keys, a token that waited in a queue beyond its 25 seconds, or a clock.",
    here: Here::Impossible(NO_FORGE),
};

pub static D22: Entry = Entry {
    id: "D22",
    symptom: "Calls to Jira by Forge are refused just after an installation.",
    cause: "The installation's permissions are not in force yet.",
    here: Here::Impossible(NO_FORGE),
};

pub static D23: Entry = Entry {
    id: "D23",
    symptom: "A Forge remote gets no token for Jira.",
    cause: "The manifest lacks a scope or does not switch the token on.",
    here: Here::Impossible(NO_FORGE),
};
