//! Receiving the server's notifications.

use sqlx::Error;
use sqlx::postgres::PgListener;

use crate::connect::{Access, in_time, pool};
use crate::target::Target;

/// Listens to the channel with the schema's name, on a connection of its own. When that breaks, the
/// listener reports it and does not connect again.
///
/// # Errors
/// The server cannot be reached in time, or refuses the connection.
pub async fn listen(target: &Target) -> Result<PgListener, Error> {
    let only = Target {
        connections: 1,
        ..target.clone()
    };
    let listening = async {
        let mut listener = PgListener::connect_with(&pool(&only, Access::Read)).await?;
        listener.eager_reconnect(false);
        listener.listen(&target.schema).await?;
        Ok(listener)
    };
    in_time(target.timeout, listening).await
}
