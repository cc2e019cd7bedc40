//! Texts that somebody was shown before they agreed to something. One that was kept is never changed: its name is its
//! SHA-256.

use crate::{Error, Millis, SecretHash, Store, column};

impl Store {
    /// Keeps a text, if it is not there already; gives its name.
    pub async fn keep_notice(&self, body: &str, now: Millis) -> Result<SecretHash, Error> {
        let hash = SecretHash::of(body);
        sqlx::query(
            "INSERT INTO notices (hash, body, created_at) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING",
        )
        .bind(hash.as_str())
        .bind(body)
        .bind(now)
        .execute(&self.writer)
        .await?;
        Ok(hash)
    }

    /// A text, word by word as it was kept.
    pub async fn notice(&self, hash: &SecretHash) -> Result<Option<String>, Error> {
        let row = sqlx::query("SELECT body FROM notices WHERE hash = $1")
            .bind(hash.as_str())
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| column(&row, "body")).transpose()
    }
}
