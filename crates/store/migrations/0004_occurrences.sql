-- A room may take place more than once: a list of dates in the place of one begin, JSON, empty for a room for good.
ALTER TABLE rooms ADD COLUMN occurrences TEXT NOT NULL DEFAULT '[]';
UPDATE rooms SET occurrences = '[{"startsAt":' || starts_at || '}]' WHERE starts_at IS NOT NULL;
DROP INDEX rooms_by_owner;
ALTER TABLE rooms DROP COLUMN starts_at;
CREATE INDEX rooms_by_owner ON rooms (owner, created_at);

-- A link for one sitting, and when that began.
ALTER TABLE links ADD COLUMN once BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN used_at BIGINT;
