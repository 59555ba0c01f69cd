//! Problems of Forge apps, which Tally is not yet.

use super::entry::{Applies, Entry};

const NO_FORGE: &str = "Tally is not a Forge app: it takes no invocation tokens and calls no Forge API.";

pub static D20: Entry = Entry {
    id: "D20",
    symptom: "Calls by Forge are refused after a site was renamed.",
    cause: "The link between installation and client key was deleted when a payload came without the \
            installation's id.",
    applies: Applies::Never(NO_FORGE),
};

pub static D21: Entry = Entry {
    id: "D21",
    symptom: "A Forge remote answers that it could not verify the invocation token.",
    cause: "The app id or the keys are those of another environment, the token waited in a queue for more \
            than its 25 seconds, or a clock is wrong.",
    applies: Applies::Never(NO_FORGE),
};

pub static D22: Entry = Entry {
    id: "D22",
    symptom: "Calls to Jira by Forge are refused just after an installation.",
    cause: "The installation's permissions are not in force yet.",
    applies: Applies::Never(NO_FORGE),
};

pub static D23: Entry = Entry {
    id: "D23",
    symptom: "A Forge remote gets no token for Jira.",
    cause: "The manifest lacks a scope or does not switch the token on.",
    applies: Applies::Never(NO_FORGE),
};
