//! What must hold at the end of every story.

use std::time::Duration;

use incamera_media::Census;

use crate::client::Client;
use crate::world::World;

/// How long the server may take to forget everyone. Repairs and good-byes are under way.
const FORGOTTEN_WITHIN: Duration = Duration::from_secs(1);

impl World {
    /// Fails if a promise to anyone was broken so far.
    pub fn expect_promises_kept(&self) {
        let here = self.clients.values().flat_map(|client| self.broken_to(client));
        let broken: Vec<_> = self.broken.iter().cloned().chain(here).collect();
        assert!(
            broken.is_empty(),
            "{} promises broken: {:#?}",
            broken.len(),
            &broken[..broken.len().min(20)]
        );
        assert_eq!(self.counts().panicked, 0, "no bug came to light");
    }

    /// The end of a story: every promise was kept, and when all have left nothing of them remains.
    pub fn finish(mut self) {
        self.expect_promises_kept();
        for number in self.everyone() {
            self.leave(number);
        }
        self.run(FORGOTTEN_WITHIN);
        assert_eq!(self.hall.census(), (0, 0), "rooms and participants that the rules still hold");
        assert_eq!(self.sfu.census(), Census::default(), "what the forwarding still holds");
    }

    /// The promises that were broken to one client.
    pub(crate) fn broken_to(&self, client: &Client) -> Vec<String> {
        let number = client.number();
        let mut broken = client.broken_promises(&self.liars);
        let here = self.rooms.get(&number);
        let strangers = client.sources().into_iter().filter(|source| self.rooms.get(source) != here);
        broken.extend(strangers.map(|source| format!("client {source} is of another room")));
        let missing = client.missing_at_all(&self.liars);
        if missing > 0 && self.network.lost() == 0 && self.counts().excess == 0 {
            broken.push(format!("{missing} packets missing, though the network lost none"));
        }
        broken.iter().map(|what| format!("client {number}: {what}")).collect()
    }
}
