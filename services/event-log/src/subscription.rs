//! Subscribing, the same for every engine that can read a page and knows when its head moved.

use std::time::Duration;

use async_stream::try_stream;
use async_trait::async_trait;
use tally_domain::Position;
use tokio::sync::watch;

use crate::engine::Chunks;
use crate::error::ReadError;
use crate::raw::RawEvent;

/// How many events are read at once.
const PAGE: usize = 512;

/// What a subscription reads from.
#[async_trait]
pub(crate) trait Pages: Send + Sync {
    async fn page(&self, after: Option<Position>, limit: usize) -> Result<Vec<RawEvent>, ReadError>;
    async fn head(&self) -> Result<Option<Position>, ReadError>;
}

/// How a subscription that has read everything learns that there is more.
pub(crate) enum Wake {
    /// The writer, in this process, notifies.
    ByWriter(watch::Receiver<Option<Position>>),
    /// The writer is another process: look now and then.
    Every(Duration),
}

impl Wake {
    /// Waits for more than there was when the last wait ended, or, the first time, when the
    /// subscription began. So what is appended while a page is being read ends the wait that
    /// follows at once.
    ///
    /// False when there will never be more.
    async fn wait(&mut self) -> bool {
        match self {
            Self::ByWriter(head) => head.changed().await.is_ok(),
            Self::Every(pause) => {
                tokio::time::sleep(*pause).await;
                true
            }
        }
    }
}

/// Everything after `after`, then everything to come. No gap, since a page holds whatever was
/// committed after the last event delivered, and a wait misses no append; no event twice, since
/// each read begins after that event.
pub(crate) fn follow(pages: impl Pages + 'static, after: Option<Position>, mut wake: Wake) -> Chunks {
    Box::pin(try_stream! {
        check_not_beyond(&pages, after).await?;
        let mut reached = after;
        loop {
            let page = pages.page(reached, PAGE).await?;
            let more = page.len() == PAGE;
            if let Some(last) = page.last() {
                reached = Some(last.position);
                yield page;
            }
            if !more && !wake.wait().await {
                break;
            }
        }
    })
}

async fn check_not_beyond(pages: &impl Pages, after: Option<Position>) -> Result<(), ReadError> {
    let Some(after) = after else { return Ok(()) };
    let head = pages.head().await?;
    if head < Some(after) {
        Err(ReadError::BeyondHead { after, head })
    } else {
        Ok(())
    }
}
