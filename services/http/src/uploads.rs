//! How many bytes of bodies may be under way at once. A body is in memory as a whole while it is
//! read and judged, and takes a few times its size then.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tally_domain::TenantId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::request_refusal::RequestRefusal;

/// The most bytes of all sites together.
pub const OF_ALL: u32 = 48 * 1024 * 1024;
/// The most bytes of one site. The largest file of an import fits.
pub const OF_SITE: u32 = 16 * 1024 * 1024;

/// How long a request waits until there is room for its body.
const WAIT: Duration = Duration::from_secs(10);
/// From how many remembered sites on those are forgotten that send nothing.
const REMEMBERED: usize = 1024;

/// The bytes under way.
pub struct Uploads {
    all: Arc<Semaphore>,
    sites: Mutex<HashMap<TenantId, Arc<Semaphore>>>,
    wait: Duration,
}

/// Room for one body, until it is dropped.
pub struct Room {
    _of_site: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            all: Arc::new(Semaphore::new(OF_ALL as usize)),
            sites: Mutex::default(),
            wait: WAIT,
        }
    }
}

impl Uploads {
    /// Waits a moment for room for `bytes` bytes from a site.
    ///
    /// # Errors
    /// `request.busy` if there is none.
    pub async fn make_room(&self, tenant: TenantId, bytes: usize) -> Result<Room, RequestRefusal> {
        let bytes = u32::try_from(bytes).unwrap_or(OF_SITE).min(OF_SITE);
        let room = async {
            // First that of the site: while it waits, it takes no other site's.
            let of_site = self.of_site(tenant).acquire_many_owned(bytes).await;
            let of_all = self.all.clone().acquire_many_owned(bytes).await;
            of_site.and_then(|of_site| of_all.map(|of_all| (of_site, of_all)))
        };
        match timeout(self.wait, room).await {
            Ok(Ok((of_site, of_all))) => Ok(Room {
                _of_site: of_site,
                _of_all: of_all,
            }),
            // Neither is ever closed.
            Ok(Err(_)) | Err(_) => Err(RequestRefusal::Busy),
        }
    }

    fn of_site(&self, tenant: TenantId) -> Arc<Semaphore> {
        let mut sites = self.sites.lock();
        if sites.len() >= REMEMBERED {
            sites.retain(|_, site| Arc::strong_count(site) > 1);
        }
        let new = || Arc::new(Semaphore::new(OF_SITE as usize));
        sites.entry(tenant).or_insert_with(new).clone()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const MIB: usize = 1024 * 1024;

    fn tenant(number: u128) -> TenantId {
        TenantId(Uuid::from_u128(number))
    }

    fn without_waiting() -> Uploads {
        Uploads {
            wait: Duration::ZERO,
            ..Uploads::default()
        }
    }

    #[tokio::test]
    async fn one_site_cannot_take_the_room_of_others() {
        let uploads = without_waiting();
        let _large = uploads.make_room(tenant(1), 10 * MIB).await.unwrap();
        assert_eq!(
            uploads.make_room(tenant(1), 10 * MIB).await.err(),
            Some(RequestRefusal::Busy)
        );
        assert!(uploads.make_room(tenant(1), MIB).await.is_ok());
        assert!(uploads.make_room(tenant(2), 10 * MIB).await.is_ok());
    }

    #[tokio::test]
    async fn all_sites_together_have_a_bound_and_room_is_given_back() {
        let uploads = without_waiting();
        let mut taken = vec![];
        for number in 0..4 {
            taken.push(uploads.make_room(tenant(number), 10 * MIB).await.unwrap());
        }
        assert!(uploads.make_room(tenant(5), 10 * MIB).await.is_err());
        taken.pop();
        assert!(uploads.make_room(tenant(5), 10 * MIB).await.is_ok());
    }

    #[tokio::test]
    async fn sites_that_send_nothing_are_forgotten() {
        let uploads = Uploads::default();
        for number in 0..=REMEMBERED {
            drop(uploads.make_room(tenant(number as u128), 1).await);
        }
        assert!(uploads.sites.lock().len() <= REMEMBERED);
    }
}
