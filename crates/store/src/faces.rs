//! Faces: what the operator, a host or a room shows of itself.

use std::collections::BTreeMap;

use incamera_protocol::http::face::PictureKind;
use incamera_protocol::{AccountId, MeetingId};

use crate::secrets::new_id;
use crate::{Error, Store, column, orphaned, parsed};

const TABLE: &str = "faces";

/// Whose face it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wearer {
    /// The server's, which lies beneath all others.
    Server,
    /// A host's, for all of their rooms.
    Host(AccountId),
    /// One room's.
    Room(MeetingId),
}

impl Wearer {
    fn id(&self) -> String {
        match self {
            Self::Server => "server".to_owned(),
            Self::Host(id) => format!("account/{id}"),
            Self::Room(id) => format!("room/{id}"),
        }
    }
}

/// A face as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Face {
    /// What was decided, as JSON. What stands in it is known by who writes it.
    pub draft: String,
    /// The identifiers of its pictures.
    pub pictures: BTreeMap<PictureKind, String>,
}

impl Store {
    /// The face of someone; none where nothing was decided.
    pub async fn face(&self, wearer: &Wearer) -> Result<Option<Face>, Error> {
        let id = wearer.id();
        let row = sqlx::query("SELECT record_key, draft FROM faces WHERE wearer = $1")
            .bind(&id)
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let record = self.sealer.record(TABLE, &id, column(&row, "record_key")?)?;
        let draft = record.open("draft", column(&row, "draft")?)?;
        let rows = sqlx::query("SELECT kind, id FROM pictures WHERE wearer = $1")
            .bind(&id)
            .fetch_all(&self.reader)
            .await?;
        let pictures = rows
            .iter()
            .map(|row| Ok((parsed(row, "kind")?, column(row, "id")?)))
            .collect::<Result<_, Error>>()?;
        Ok(Some(Face { draft, pictures }))
    }

    /// Writes a face down in the place of the one before. Pictures that are not named stay; without a file one is taken
    /// away. [`Error::Gone`] where there is no such host or room.
    pub async fn put_face(
        &self,
        wearer: &Wearer,
        draft: &str,
        pictures: &[(PictureKind, Option<Vec<u8>>)],
    ) -> Result<(), Error> {
        let id = wearer.id();
        let (account, room) = match wearer {
            Wearer::Server => (None, None),
            Wearer::Host(account) => (Some(account.to_string()), None),
            Wearer::Room(room) => (None, Some(room.to_string())),
        };
        let (record, record_key) = self.sealer.new_record(TABLE, &id);
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO faces (wearer, account, room, record_key, draft) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (wearer) DO UPDATE SET record_key = excluded.record_key, draft = excluded.draft",
        )
        .bind(&id)
        .bind(account)
        .bind(room)
        .bind(record_key)
        .bind(record.seal("draft", draft))
        .execute(&mut *change)
        .await
        .map_err(orphaned)?;
        for (kind, png) in pictures {
            sqlx::query("DELETE FROM pictures WHERE wearer = $1 AND kind = $2")
                .bind(&id)
                .bind(kind.as_str())
                .execute(&mut *change)
                .await?;
            let Some(png) = png else { continue };
            sqlx::query("INSERT INTO pictures (id, wearer, kind, png) VALUES ($1, $2, $3, $4)")
                .bind(new_id())
                .bind(&id)
                .bind(kind.as_str())
                .bind(png)
                .execute(&mut *change)
                .await?;
        }
        Ok(change.commit().await?)
    }

    /// The file of a picture.
    pub async fn picture(&self, id: &str) -> Result<Option<Vec<u8>>, Error> {
        let row = sqlx::query("SELECT png FROM pictures WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| column(&row, "png")).transpose()
    }
}
