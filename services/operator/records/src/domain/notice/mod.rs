//! Messages about an alarm that have to reach people: the outbox of one alarm. It survives a
//! restart, and says which node delivers a message.

mod decide;
mod event;
mod state;

pub use decide::{note_delivered, note_given_up, queue, take};
pub use event::{Lease, Notice, NoticeEvent, NoticeNews};
pub use state::{Outbox, Pending};
