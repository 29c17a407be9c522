// The tables of a queue's file. A state is its place in `states` of item.ts; the indexes name these numbers.

/** It is the `user_version` of the file. */
export const schemaVersion = 2

export const schema = `
CREATE TABLE item (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  queue TEXT NOT NULL,
  id TEXT NOT NULL,
  fn TEXT NOT NULL,
  args TEXT NOT NULL,
  state INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  dueMs INTEGER NOT NULL,
  addedMs INTEGER NOT NULL,
  deadlineMs INTEGER,
  key TEXT,
  attempt INTEGER NOT NULL,
  retries INTEGER NOT NULL,
  backoffMs INTEGER NOT NULL,
  timeoutMs INTEGER NOT NULL,
  sameUntilMs INTEGER NOT NULL,
  run TEXT,
  begunMs INTEGER,
  endedMs INTEGER,
  result TEXT,
  error TEXT,
  producer TEXT
) STRICT;
CREATE UNIQUE INDEX item_id ON item (queue, id);
CREATE INDEX item_ready ON item (queue, priority, seq) WHERE state = 0;
CREATE INDEX item_due ON item (dueMs) WHERE state = 1;
CREATE INDEX item_running ON item (run) WHERE state = 3;
CREATE INDEX item_key ON item (queue, key, seq) WHERE key IS NOT NULL AND state < 4;
CREATE INDEX item_deadline ON item (deadlineMs) WHERE deadlineMs IS NOT NULL AND state < 3;
CREATE INDEX item_ended ON item (queue, state, endedMs) WHERE state >= 4;
CREATE INDEX item_producer ON item (queue, producer) WHERE producer IS NOT NULL AND state < 3;
CREATE TABLE paused (queue TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE streamed (
  seq INTEGER NOT NULL,
  number INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (seq, number)
) STRICT, WITHOUT ROWID;
`

/** What turns the tables of an earlier version into those of this one. */
export function changes(from: number): string {
  return from < 2 ? producerColumn : ''
}

/** Version 2 also has the state `canceled`, which version 1 cannot read. */
const producerColumn = `
ALTER TABLE item ADD COLUMN producer TEXT;
CREATE INDEX item_producer ON item (queue, producer) WHERE producer IS NOT NULL AND state < 3;
`
