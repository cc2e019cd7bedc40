//! Rooms that hosts have made. What is said in them is not here.

use incamera_protocol::http::rooms::Occurrence;
use incamera_protocol::{AccountId, MeetingId};
use sqlx::Sqlite;
use sqlx::sqlite::{SqliteArguments, SqliteRow};

use crate::seal::Record;
use crate::{Error, Millis, Store, column, number, one, parsed, taken};

const TABLE: &str = "rooms";

/// What a host decides about a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What it is called.
    pub title: String,
    /// For whom; a pseudonym, or nothing.
    pub guest: String,
    /// Where; nothing for online.
    pub place: String,
    /// In which language guests are met.
    pub language: String,
    /// When it takes place, in the order of time; never for a room for good.
    pub occurrences: Vec<Occurrence>,
    /// For how long.
    pub minutes: u32,
    /// How many people may be in it.
    pub capacity: u32,
    /// Whether guests may show themselves.
    pub cameras: bool,
    /// Whether guests wait until they are let in.
    pub waiting_room: bool,
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Which.
    pub id: MeetingId,
    /// Whose.
    pub owner: AccountId,
    /// Since when it exists.
    pub created_at: Millis,
    /// What its host decided.
    pub plan: Plan,
    /// The secret of its links, sealed in the host's browser.
    pub secret: String,
    /// What the half of its password that the browser sends is checked against.
    pub password_hash: Option<String>,
    /// When it was cancelled.
    pub cancelled_at: Option<Millis>,
    /// How often when and where were changed.
    pub sequence: u32,
}

impl Store {
    /// Keeps a new room.
    pub async fn create_room(&self, room: &Room) -> Result<(), Error> {
        let id = room.id.to_string();
        let (record, record_key) = self.sealer.new_record(TABLE, &id);
        let insert = sqlx::query(
            "INSERT INTO rooms (id, owner, title, guest, place, language, occurrences, minutes, capacity, cameras,
                waiting_room, password_hash, cancelled_at, sequence, created_at, record_key, secret)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        );
        bound(insert, &id, room, &record)?
            .bind(room.created_at)
            .bind(record_key)
            .bind(&room.secret)
            .execute(&self.writer)
            .await
            .map_err(taken)?;
        Ok(())
    }

    /// A room, whoever asks.
    pub async fn room(&self, id: &MeetingId) -> Result<Option<Room>, Error> {
        let row = sqlx::query("SELECT * FROM rooms WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| self.read_room(&row)).transpose()
    }

    /// A room of this owner. Somebody else's is as good as none.
    pub async fn room_of(&self, owner: AccountId, id: &MeetingId) -> Result<Option<Room>, Error> {
        Ok(self.room(id).await?.filter(|room| room.owner == owner))
    }

    /// Every room of an owner, in the order in which they were made.
    pub async fn rooms_of(&self, owner: AccountId) -> Result<Vec<Room>, Error> {
        let rows = sqlx::query("SELECT * FROM rooms WHERE owner = $1 ORDER BY created_at, id")
            .bind(owner.to_string())
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(|row| self.read_room(row)).collect()
    }

    /// How many rooms an owner has.
    pub async fn count_rooms_of(&self, owner: AccountId) -> Result<usize, Error> {
        let row = sqlx::query("SELECT COUNT(*) AS number FROM rooms WHERE owner = $1")
            .bind(owner.to_string())
            .fetch_one(&self.reader)
            .await?;
        number(&row, "number")
    }

    /// Writes a changed plan, password and cancellation. The link's secret, the owner and the identifier stay.
    pub async fn change_room(&self, room: &Room) -> Result<(), Error> {
        let id = room.id.to_string();
        let mut change = self.change().await?;
        let row = sqlx::query("SELECT record_key FROM rooms WHERE id = $1 AND owner = $2")
            .bind(&id)
            .bind(room.owner.to_string())
            .fetch_optional(&mut *change)
            .await?
            .ok_or(Error::Gone)?;
        let record = self.sealer.record(TABLE, &id, column(&row, "record_key")?)?;
        let update = sqlx::query(
            "UPDATE rooms SET title = $3, guest = $4, place = $5, language = $6, occurrences = $7, minutes = $8,
                capacity = $9, cameras = $10, waiting_room = $11, password_hash = $12, cancelled_at = $13,
                sequence = $14
             WHERE id = $1 AND owner = $2",
        );
        let done = bound(update, &id, room, &record)?.execute(&mut *change).await?;
        one(&done)?;
        Ok(change.commit().await?)
    }

    /// Deletes a room of an owner, with its links.
    pub async fn delete_room(&self, owner: AccountId, id: &MeetingId) -> Result<(), Error> {
        let done = sqlx::query("DELETE FROM rooms WHERE id = $1 AND owner = $2")
            .bind(id.to_string())
            .bind(owner.to_string())
            .execute(&self.writer)
            .await?;
        one(&done)
    }

    pub(crate) fn read_room(&self, row: &SqliteRow) -> Result<Room, Error> {
        let id: MeetingId = parsed(row, "id")?;
        let record = self.sealer.record(TABLE, &id.to_string(), column(row, "record_key")?)?;
        let sealed = |name| record.open(name, column(row, name)?);
        let flag = |name| Ok::<_, Error>(column::<i64>(row, name)? != 0);
        let plan = Plan {
            title: sealed("title")?,
            guest: sealed("guest")?,
            place: sealed("place")?,
            language: column(row, "language")?,
            occurrences: serde_json::from_str(&column::<String>(row, "occurrences")?)
                .map_err(|_| Error::Unreadable)?,
            minutes: number(row, "minutes")?,
            capacity: number(row, "capacity")?,
            cameras: flag("cameras")?,
            waiting_room: flag("waiting_room")?,
        };
        Ok(Room {
            owner: parsed(row, "owner")?,
            created_at: column(row, "created_at")?,
            plan,
            secret: column(row, "secret")?,
            password_hash: column(row, "password_hash")?,
            cancelled_at: column(row, "cancelled_at")?,
            sequence: number(row, "sequence")?,
            id,
        })
    }
}

type Query<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

/// Binds `$1` to `$14`: which room, whose, and what its owner decides about it.
fn bound<'q>(query: Query<'q>, id: &'q str, room: &'q Room, record: &Record) -> Result<Query<'q>, Error> {
    let plan = &room.plan;
    let occurrences = serde_json::to_string(&plan.occurrences).map_err(|_| Error::Unreadable)?;
    Ok(query
        .bind(id)
        .bind(room.owner.to_string())
        .bind(record.seal("title", &plan.title))
        .bind(record.seal("guest", &plan.guest))
        .bind(record.seal("place", &plan.place))
        .bind(&plan.language)
        .bind(occurrences)
        .bind(i64::from(plan.minutes))
        .bind(i64::from(plan.capacity))
        .bind(i64::from(plan.cameras))
        .bind(i64::from(plan.waiting_room))
        .bind(&room.password_hash)
        .bind(room.cancelled_at)
        .bind(i64::from(room.sequence)))
}
