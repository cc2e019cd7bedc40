//! Personal links into a room. The room's secret is the same in all of them; the token is of each, and can be taken back.

use incamera_protocol::{AccountId, MeetingId};

use crate::secrets::new_id;
use crate::{Error, Millis, SecretHash, Store, column, one, parsed};

/// A link that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// A name for it that is no secret.
    pub id: String,
    /// Its token, sealed in the host's browser.
    pub sealed_token: String,
    /// Since when.
    pub created_at: Millis,
    /// Until when; none for as long as the room.
    pub expires_at: Option<Millis>,
    /// When it was taken back.
    pub revoked_at: Option<Millis>,
    /// Whether it is for one sitting.
    pub once: bool,
    /// When it was first used, where it is for one sitting.
    pub used_at: Option<Millis>,
}

/// How long one sitting may last, with everything that makes someone come back by the same link: a dead battery, another
/// device, a break.
const SITTING: Millis = 12 * 60 * 60_000;

impl Link {
    /// Whether it leads into the room.
    pub fn is_valid(&self, now: Millis) -> bool {
        self.revoked_at.is_none()
            && self.expires_at.is_none_or(|at| at > now)
            && self.used_at.is_none_or(|at| at + SITTING > now)
    }
}

/// A link to be.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// What is known of its token.
    pub hash: SecretHash,
    /// Its token, sealed in the host's browser.
    pub sealed_token: String,
    /// Until when.
    pub expires_at: Option<Millis>,
    /// Whether it is for one sitting.
    pub once: bool,
}

const OWNED: &str = "SELECT COUNT(*) AS number FROM rooms WHERE id = $1 AND owner = $2";

impl Store {
    /// Adds a link to a room of this owner.
    pub async fn create_link(
        &self,
        owner: AccountId,
        room: &MeetingId,
        new: NewLink,
        now: Millis,
    ) -> Result<Link, Error> {
        let room = room.to_string();
        let mut change = self.change().await?;
        let owned = sqlx::query(OWNED).bind(&room).bind(owner.to_string()).fetch_one(&mut *change).await?;
        if column::<i64>(&owned, "number")? == 0 {
            return Err(Error::Gone);
        }
        let NewLink { hash, sealed_token, expires_at, once } = new;
        let link = Link {
            id: new_id(),
            sealed_token,
            created_at: now,
            expires_at,
            revoked_at: None,
            once,
            used_at: None,
        };
        sqlx::query(
            "INSERT INTO links (token_hash, id, room, sealed_token, created_at, expires_at, once)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(hash.as_str())
        .bind(&link.id)
        .bind(&room)
        .bind(&link.sealed_token)
        .bind(now)
        .bind(expires_at)
        .bind(i64::from(once))
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(link)
    }

    /// The links of a room, in the order in which they were made.
    pub async fn links_of(&self, room: &MeetingId) -> Result<Vec<Link>, Error> {
        let rows = sqlx::query("SELECT * FROM links WHERE room = $1 ORDER BY created_at, id")
            .bind(room.to_string())
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The links into all rooms that an account leads, with the room of each.
    pub async fn links_of_all(&self, account: AccountId) -> Result<Vec<(MeetingId, Link)>, Error> {
        let rows = sqlx::query(
            "SELECT links.* FROM links JOIN rooms ON rooms.id = links.room
             WHERE rooms.owner = $1 OR rooms.id IN (SELECT room FROM deputies WHERE account = $1)
             ORDER BY links.created_at, links.id",
        )
        .bind(account.to_string())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|row| Ok((parsed(row, "room")?, read(row)?))).collect()
    }

    /// The link of a token into this room.
    pub async fn link(&self, room: &MeetingId, hash: &SecretHash) -> Result<Option<Link>, Error> {
        let row = sqlx::query("SELECT * FROM links WHERE token_hash = $1 AND room = $2")
            .bind(hash.as_str())
            .bind(room.to_string())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Writes down that the link of a token was used, where that counts: only the first time does.
    pub async fn use_link(&self, room: &MeetingId, hash: &SecretHash, now: Millis) -> Result<(), Error> {
        sqlx::query(
            "UPDATE links SET used_at = $3 WHERE token_hash = $1 AND room = $2 AND once = 1 AND used_at IS NULL",
        )
        .bind(hash.as_str())
        .bind(room.to_string())
        .bind(now)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Takes a link back.
    pub async fn revoke_link(
        &self,
        owner: AccountId,
        room: &MeetingId,
        id: &str,
        now: Millis,
    ) -> Result<(), Error> {
        let done = sqlx::query(
            "UPDATE links SET revoked_at = $4 WHERE id = $1 AND room = $2 AND revoked_at IS NULL
                AND room IN (SELECT id FROM rooms WHERE owner = $3)",
        )
        .bind(id)
        .bind(room.to_string())
        .bind(owner.to_string())
        .bind(now)
        .execute(&self.writer)
        .await?;
        one(&done)
    }
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<Link, Error> {
    Ok(Link {
        id: column(row, "id")?,
        sealed_token: column(row, "sealed_token")?,
        created_at: column(row, "created_at")?,
        expires_at: column(row, "expires_at")?,
        revoked_at: column(row, "revoked_at")?,
        once: column::<i64>(row, "once")? != 0,
        used_at: column(row, "used_at")?,
    })
}
