// The statements of a file of SQLite, each prepared once. They are known by their text.
import type { DatabaseSync, StatementSync } from 'node:sqlite'

export class Statements {
  #db: DatabaseSync
  #prepared = new Map<string, StatementSync>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  of(sql: string): StatementSync {
    const known = this.#prepared.get(sql)
    if (known) return known
    const made = this.#db.prepare(sql)
    this.#prepared.set(sql, made)
    return made
  }
}
