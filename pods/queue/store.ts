// The items on the disk, in a file of SQLite: what is there, and each step from one state to another. It decides nothing but what
// keeps the items of a key in their order, and commits nothing: that is up to whoever makes many steps at once.
import { DatabaseSync } from 'node:sqlite'
import { type Counts, openOf, StateCounts } from './counts.ts'
import { hasEnded, type Item, type ItemState, type NewItem, states } from './item.ts'
import { type Keep, pruneEnded } from './kept-ends.ts'
import { type After, expired } from './law.ts'
import { changes, schema, schemaVersion } from './schema.ts'
import { Statements } from './statements.ts'
import { Streamed } from './streamed.ts'

type Row = Record<string, unknown>

const [waiting, delayed, held, running] = [0, 1, 2, 3]

export class Store {
  /** What items have streamed. */
  readonly streamed: Streamed
  #db: DatabaseSync
  #statements: Statements
  #counts = new StateCounts()
  #paused = new Set<string>()

  /** @throws {Error} where another process has the file, or a newer version has written it */
  constructor(file: string) {
    this.#db = new DatabaseSync(file)
    // Nobody else reads it, so there is no memory to share; and a second process is refused.
    this.#db.exec('PRAGMA locking_mode = EXCLUSIVE')
    this.#db.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    // In pages: what many items change is then written into the file once.
    this.#db.exec('PRAGMA wal_autocheckpoint = 4000')
    const { user_version: found } = this.#db.prepare('PRAGMA user_version').get() as { user_version: number }
    if (found > schemaVersion) throw new Error(`${file} was written by a newer version of p8a: ${found}`)
    if (found === 0) this.#db.exec(`BEGIN;${schema}PRAGMA user_version = ${schemaVersion};COMMIT`)
    else if (found < schemaVersion)
      this.#db.exec(`BEGIN;${changes(found)}PRAGMA user_version = ${schemaVersion};COMMIT`)
    this.#statements = new Statements(this.#db)
    this.streamed = new Streamed(this.#statements)
    this.#count()
  }

  close(): void {
    this.#db.close()
  }

  begin(): void {
    this.#db.exec('BEGIN IMMEDIATE')
  }

  /** What was done since `begin` is on the disk after it. */
  commit(): void {
    this.#db.exec('COMMIT')
  }

  rollback(): void {
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
    this.#count()
  }

  /** The names of all queues that have items, or are paused. */
  get queues(): string[] {
    return [...new Set([...this.#counts.queues, ...this.#paused])].sort()
  }

  /** Whether it has items, or is paused. */
  has(queue: string): boolean {
    return this.#paused.has(queue) || this.#counts.has(queue)
  }

  /** How many items of all queues have not ended. */
  get open(): number {
    return this.#counts.open
  }

  countsOf(queue: string): Counts {
    return this.#counts.of(queue)
  }

  /** @returns the item that is there now: the new one, or that which has the same id already */
  add(item: NewItem): { item: Item; isNew: boolean } {
    const same = this.find(item.queue, item.id)
    // One whose id the producer has not chosen is the same item, asked for once more.
    const isSame = same && (!hasEnded(same.state) || same.sameUntilMs > item.addedMs || item.sameUntilMs === 0)
    if (isSame) return { item: same, isNew: false }
    if (same) this.drop(same)
    const isBehind = item.key !== undefined && this.#headOf(item.queue, item.key) !== undefined
    const state = isBehind ? 'held' : item.dueMs > item.addedMs ? 'delayed' : 'waiting'
    const { lastInsertRowid } = this.#statements
      .of(
        `INSERT INTO item (queue, id, fn, args, state, priority, dueMs, addedMs, deadlineMs, key, attempt, retries, backoffMs, timeoutMs, sameUntilMs, producer)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)`,
      )
      .run(
        item.queue,
        item.id,
        item.fn,
        item.args,
        states.indexOf(state),
        item.priority,
        item.dueMs,
        item.addedMs,
        item.deadlineMs ?? null,
        item.key ?? null,
        item.retries,
        item.backoffMs,
        item.timeoutMs,
        item.sameUntilMs,
        item.producer ?? null,
      )
    this.countsOf(item.queue)[state]++
    const unset = { run: undefined, begunMs: undefined, endedMs: undefined, result: undefined, error: undefined }
    return { item: { ...item, ...unset, seq: Number(lastInsertRowid), state, attempt: 0 }, isNew: true }
  }

  /** The item that is next in a queue begins in a run. */
  claim(queue: string, run: string, nowMs: number): Item | undefined {
    if (this.countsOf(queue).waiting === 0) return undefined
    // Two statements take a third of the time of one with RETURNING.
    const row = this.#statements
      .of('SELECT * FROM item WHERE queue = ? AND state = 0 ORDER BY priority, seq LIMIT 1')
      .get(queue) as Row | undefined
    if (!row) return undefined
    const begun: Item = { ...itemOf(row), state: 'running', run, begunMs: nowMs }
    begun.attempt++
    this.#statements
      .of(`UPDATE item SET state = ${running}, run = ?, begunMs = ?, attempt = ? WHERE seq = ?`)
      .run(run, nowMs, begun.attempt, begun.seq)
    this.#counts.move(queue, 'waiting', 'running')
    return begun
  }

  /** An item that has run is as the law says, and the next of its key may begin. */
  settle(item: Item, after: After, nowMs: number): void {
    const { state, error = null } = after
    if (state === 'waiting' || state === 'delayed') {
      const due = state === 'delayed' ? after.dueMs : item.dueMs
      this.#statements
        .of('UPDATE item SET state = ?, attempt = ?, dueMs = ?, run = NULL, error = ? WHERE seq = ?')
        .run(states.indexOf(state), after.attempt, due, error, item.seq)
      this.streamed.forget(item.seq)
      this.#counts.move(item.queue, item.state, state)
      return
    }
    this.#statements
      .of('UPDATE item SET state = ?, endedMs = ?, result = ?, error = ? WHERE seq = ?')
      .run(states.indexOf(state), nowMs, after.result ?? null, error, item.seq)
    this.#counts.move(item.queue, item.state, state)
    this.#promote(item, nowMs)
  }

  /** What was delayed until now waits from now on. @returns its queues */
  due(nowMs: number): string[] {
    const rows = this.#statements
      .of(`UPDATE item SET state = ${waiting} WHERE state = 1 AND dueMs <= ? RETURNING queue`)
      .all(nowMs)
    const queues = rows.map(({ queue }) => String(queue))
    for (const queue of queues) this.#counts.move(queue, 'delayed', 'waiting')
    return [...new Set(queues)]
  }

  /** What has not begun by its deadline never does. @returns what has ended so */
  expire(nowMs: number): Item[] {
    const rows = this.#statements.of(
      'SELECT * FROM item WHERE deadlineMs IS NOT NULL AND state < 3 AND deadlineMs <= ?',
    )
    const items = (rows.all(nowMs) as Row[]).map(itemOf)
    for (const item of items) this.settle(item, expired(item), nowMs)
    return items
  }

  /** When the next item is due, or is over. */
  nextMs(): number | undefined {
    const due = this.#statements.of('SELECT min(dueMs) AS at FROM item WHERE state = 1').get() as { at: number | null }
    const over = this.#statements
      .of('SELECT min(deadlineMs) AS at FROM item WHERE deadlineMs IS NOT NULL AND state < 3')
      .get() as { at: number | null }
    const next = Math.min(due.at ?? Number.POSITIVE_INFINITY, over.at ?? Number.POSITIVE_INFINITY)
    return Number.isFinite(next) ? next : undefined
  }

  /** All that run by what is on the disk. */
  running(): Item[] {
    return (this.#statements.of('SELECT * FROM item WHERE state = 3 ORDER BY seq').all() as Row[]).map(itemOf)
  }

  find(queue: string, id: string): Item | undefined {
    const row = this.#statements.of('SELECT * FROM item WHERE queue = ? AND id = ?').get(queue, id) as Row | undefined
    return row && itemOf(row)
  }

  /** Those of a state; what has ended newest first, the others in the order in which they begin. */
  list(queue: string, state: ItemState, { limit, offset }: { limit: number; offset: number }): Item[] {
    const at = states.indexOf(state)
    const order = hasEnded(state) ? 'endedMs DESC, seq DESC' : 'priority, seq'
    const rows = this.#statements.of(
      `SELECT * FROM item WHERE queue = ? AND state = ${at} ORDER BY ${order} LIMIT ? OFFSET ?`,
    )
    return (rows.all(queue, limit, offset) as Row[]).map(itemOf)
  }

  /** All that are in one of these states, in the order in which they came. */
  *among(queue: string, among: readonly ItemState[]): Generator<Pick<Item, 'seq' | 'id' | 'fn' | 'state'>> {
    const numbers = among.map(state => states.indexOf(state)).join()
    const rows = this.#statements.of(
      `SELECT seq, id, fn, state FROM item WHERE queue = ? AND state IN (${numbers}) ORDER BY seq`,
    )
    for (const { seq, id, fn, state } of rows.iterate(queue))
      yield { seq: Number(seq), id: String(id), fn: String(fn), state: states[Number(state)] as ItemState }
  }

  /** Those of these that are there. */
  these(seqs: readonly number[]): Item[] {
    const one = this.#statements.of('SELECT * FROM item WHERE seq = ?')
    return seqs.flatMap(seq => {
      const row = one.get(seq) as Row | undefined
      return row ? [itemOf(row)] : []
    })
  }

  /** When that which waits longest was enqueued. */
  oldestMs(queue: string): number | undefined {
    const row = this.#statements.of('SELECT min(seq), addedMs FROM item WHERE queue = ? AND state = 0').get(queue)
    return (row?.addedMs as number | null) ?? undefined
  }

  /** An item that is dead or expired waits again, with all of its retries. */
  again(item: Item, nowMs: number): void {
    const head = item.key === undefined ? undefined : this.#headOf(item.queue, item.key)
    const state = head === undefined ? 'waiting' : 'held'
    this.#statements
      .of(
        'UPDATE item SET state = ?, attempt = 0, dueMs = ?, deadlineMs = NULL, endedMs = NULL, run = NULL WHERE seq = ?',
      )
      .run(states.indexOf(state), nowMs, item.seq)
    this.#counts.move(item.queue, item.state, state)
  }

  drop(item: Item, nowMs = item.addedMs): void {
    this.#statements.of('DELETE FROM item WHERE seq = ?').run(item.seq)
    this.streamed.forget(item.seq)
    this.countsOf(item.queue)[item.state]--
    if (!hasEnded(item.state)) this.#promote(item, nowMs)
  }

  /** Removes all of a queue that was enqueued until then, also what runs: its pod is gone. @returns how many had not ended */
  forget(queue: string, untilMs: number): number {
    const before = openOf(this.countsOf(queue))
    this.#statements
      .of('DELETE FROM streamed WHERE seq IN (SELECT seq FROM item WHERE queue = ? AND addedMs <= ?)')
      .run(queue, untilMs)
    this.#statements.of('DELETE FROM item WHERE queue = ? AND addedMs <= ?').run(queue, untilMs)
    this.resume(queue)
    this.#count()
    return before - openOf(this.countsOf(queue))
  }

  /** How many items of a producer wait. */
  waitingOf(queue: string, producer: string): number {
    const row = this.#statements
      .of('SELECT count(*) AS n FROM item WHERE queue = ? AND producer = ? AND producer IS NOT NULL AND state < 3')
      .get(queue, producer)
    return Number(row?.n)
  }

  isPaused(queue: string): boolean {
    return this.#paused.has(queue)
  }

  pause(queue: string): void {
    this.#statements.of('INSERT OR IGNORE INTO paused VALUES (?)').run(queue)
    this.#paused.add(queue)
  }

  resume(queue: string): void {
    this.#statements.of('DELETE FROM paused WHERE queue = ?').run(queue)
    this.#paused.delete(queue)
  }

  /** Removes what is kept long enough, or is beyond what is kept. @returns whether there is more to do */
  prune(keep: Keep, nowMs: number): boolean {
    return pruneEnded({ statements: this.#statements, counts: this.#counts, streamed: this.streamed }, { keep, nowMs })
  }

  /** Gives the disk back what is free in the file. */
  shrink(): void {
    this.#db.exec('PRAGMA incremental_vacuum(1000)')
  }

  #headOf(queue: string, key: string): number | undefined {
    const row = this.#statements
      .of('SELECT seq FROM item WHERE queue = ? AND key = ? AND key IS NOT NULL AND state < 4 ORDER BY seq LIMIT 1')
      .get(queue, key)
    return row && Number(row.seq)
  }

  /** The next of the key of an item that is over need not stay behind it any more. */
  #promote({ queue, key }: Item, nowMs: number): void {
    const next = key === undefined ? undefined : this.#headOf(queue, key)
    if (next === undefined) return
    const row = this.#statements
      .of(
        `UPDATE item SET state = CASE WHEN dueMs > ? THEN ${delayed} ELSE ${waiting} END WHERE seq = ? AND state = ${held} RETURNING state`,
      )
      .get(nowMs, next)
    if (row) this.#counts.move(queue, 'held', states[Number(row.state)] ?? 'waiting')
  }

  #count(): void {
    this.#counts.read(this.#statements)
    this.#paused = new Set(
      this.#statements
        .of('SELECT queue FROM paused')
        .all()
        .map(({ queue }) => String(queue)),
    )
  }
}

function itemOf(row: Row): Item {
  for (const name in row) row[name] ??= undefined
  row.state = states[row.state as number]
  return row as Item
}
