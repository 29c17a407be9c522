// The beats of this host: each is a compare-and-set of its record, with what it tells of itself. A beat that was taken lets it hold what is
// exclusive for a while; a host that was declared dead meanwhile finds that out by its next beat.
import type { Rev, StatePort } from '../port/ports.ts'
import { type HostRecord, readRecord, writeRecord } from '../records.ts'

export type Beaten = 'taken' | 'not_taken' | 'fenced' | 'name_taken'

export type BeatingOptions = {
  state: StatePort
  /** What the host tells of itself now. */
  tell: () => Omit<HostRecord, 'beat' | 'session' | 'isFenced'>
  newSession: () => string
  nowMs: () => number
}

export class Beating {
  /** When the last beat that was taken was begun. */
  takenMs: number | undefined
  session: string
  /** Why the last beat was not taken; empty if it was. */
  problem = ''
  /** When another process was last found to beat in the name of this host, by the same id. */
  twinMs: number | undefined
  /** The engine has gone back to what it had before: it has taken a beat in the place of one that is older than what it took last. */
  hasGoneBack = false
  #options: BeatingOptions
  #beat = 0
  #rev: Rev | undefined
  /** What was taken last, and the rev of what was found then that is older. A server that is cut off tells of older ones too, and takes no beat. */
  #last: Pick<HostRecord, 'session' | 'beat' | 'atMs'> | undefined
  #older: Rev | undefined
  /** The rev of a record of another host of this name, and when it was seen first. */
  #other: { rev: Rev; atMs: number } | undefined

  constructor(options: BeatingOptions, takenMs: number | undefined) {
    this.#options = options
    this.takenMs = takenMs
    this.session = options.newSession()
  }

  /** Whether it is known what the engine has of this host: a beat was taken, or refused, in this session. */
  get isKnown(): boolean {
    return this.#rev !== undefined
  }

  /**
   * @param otherMs after how long without a beat another host of this name is gone for good
   * @param first what is to be told before the first beat of a session, once it is known that the name is this host's
   */
  async beat(otherMs: number, first: () => Promise<void> = async () => {}): Promise<Beaten> {
    const { state, tell, nowMs } = this.#options
    const told = tell()
    const key = `host.${told.name}`
    if (this.#rev === undefined) {
      const found = await state.get(key)
      if (!found.ok) return this.#notTaken(found.message)
      const record = found.value && readRecord('host', found.value.value)
      if (record && record.id !== told.id) {
        const rev = found.value?.rev ?? ''
        const other = this.#other?.rev === rev ? this.#other : { rev, atMs: nowMs() }
        this.#other = other
        if (nowMs() - other.atMs < otherMs) return 'name_taken'
      }
      await first()
      this.#rev = found.value?.rev ?? 'absent'
      this.#older = this.#isOlder(record) ? this.#rev : undefined
    }
    const begunMs = nowMs()
    const beat = ++this.#beat
    const record: HostRecord = { ...told, beat, session: this.session, isFenced: false }
    const outcome = await state.put(key, writeRecord('host', record), this.#rev)
    if (outcome.ok) {
      if (this.#older === this.#rev) this.hasGoneBack = true
      return this.#taken(outcome.value, { record, begunMs })
    }
    if (outcome.why !== 'conflict' && outcome.why !== 'unknown') return this.#notTaken(outcome.message)
    const found = await state.get(key)
    if (!found.ok) return this.#notTaken(found.message)
    const there = found.value && readRecord('host', found.value.value)
    const before = this.#older
    this.#older = undefined
    // A backup does not beat: where the next one is another, it is that of a process whose clock is behind.
    const isBeating = before !== undefined && before !== found.value?.rev && there?.session !== this.#last?.session
    if (this.#isOlder(there) && !isBeating) {
      this.#older = this.#rev = found.value?.rev
      return this.#notTaken(outcome.message)
    }
    if (there && there.session === this.session && !there.isFenced) {
      if (there.beat === beat) return this.#taken(found.value?.rev ?? '', { record, begunMs })
      this.#rev = found.value?.rev
      return this.#notTaken(outcome.message)
    }
    if (outcome.why === 'unknown') return this.#notTaken(outcome.message)
    if (there && there.id === told.id && !there.isFenced) this.twinMs = nowMs()
    return 'fenced'
  }

  /** It has ended what is exclusive, and is another one from now on. */
  begin(): void {
    this.session = this.#options.newSession()
    this.takenMs = undefined
    this.#rev = undefined
  }

  #notTaken(problem: string): 'not_taken' {
    this.problem = problem
    return 'not_taken'
  }

  /** Of this host, and told before what was taken last. The clock, which may be wrong, tells nothing of what this session has told itself, nor of a twin. */
  #isOlder(there: HostRecord | undefined): boolean {
    const last = this.#last
    if (!last || there?.id !== this.#options.tell().id) return false
    if (there.session === last.session) return there.beat < last.beat
    if (there.session === this.session || this.twinMs !== undefined) return false
    return there.atMs < last.atMs
  }

  #taken(rev: Rev, { record, begunMs }: { record: HostRecord; begunMs: number }): 'taken' {
    this.#rev = rev
    this.#last = record
    this.#older = undefined
    this.takenMs = begunMs
    this.problem = ''
    return 'taken'
  }
}
