// A connection to another run that we dialled: our calls and our events go out on it.
import net from 'node:net'
import { type CallMessage, maxCallLineBytes, maxUnreadEventBytes, says } from '../../protocol/calls.ts'
import { Channel } from '../../protocol/channel/channel.ts'
import { says as channelSays, voiceOn } from '../../protocol/channel/messages.ts'
import { usualWindow } from '../../protocol/channel/window.ts'
import { fromWireError, P8aError } from '../../protocol/errors.ts'
import type { Call, Place } from './call.ts'
import { Wire } from './wire.ts'

export type Dialling = {
  run: string
  socket: string
  grant: string
  /** Whether it tells of each call that is made once that it begins it. Default: it does not. */
  tellsBegun?: boolean
  /** Whether its pod is called elsewhere where it is not up. Default: it is not. */
  reaches?: boolean
  /** Whether this run was asked to end: a stream that begins by then is waited for. Default: it was not. */
  isLeaving?: () => boolean
  /** Called once it begins no more calls; those under way go on. Default: it begins whatever comes, and gets events, until it has ended. */
  onLeft?: (dialled: Dialled) => void
  /** Sends a call elsewhere that nobody has got. @returns whether it does. Default: it fails */
  sendAgain?: (call: Call) => boolean
}

export class Dialled implements Place {
  /** The run at the other end. */
  readonly callee: string
  #wire: Wire
  #isLeaving: () => boolean
  #onLeft: ((dialled: Dialled) => void) | undefined
  #sendAgain: (call: Call) => boolean
  #pending = new Map<number, Call>()
  #lastId = 0
  /** The last one that may have reached the other end. */
  #sentId = 0
  #isRetired = false
  #tellsBegun: boolean
  #reaches: boolean
  /** Those that the other end has begun, as far as it tells. */
  #begun = new Set<Call>()
  #dropped = 0

  /** @param onClosed called once, when nothing can be sent any more */
  constructor(
    { run, socket, grant, tellsBegun = false, reaches = false, ...how }: Dialling,
    onClosed: (dialled: Dialled) => void,
  ) {
    this.callee = run
    this.#onLeft = how.onLeft
    this.#isLeaving = how.isLeaving ?? (() => false)
    this.#sendAgain = how.sendAgain ?? (() => false)
    this.#tellsBegun = tellsBegun
    this.#reaches = reaches
    this.#wire = new Wire(net.connect(socket), {
      // Only arguments go this way, and they are JSON.
      takesBytes: false,
      onMessage: message => this.#onMessage(message),
      onSent: () => {
        this.#sentId = this.#lastId
      },
      onClosed: () => {
        onClosed(this)
        this.#failPending()
      },
    })
    const { values, bytes } = usualWindow
    const params = [grant, values, bytes, ...(this.#onLeft ? [true] : [])]
    this.#wire.say(JSON.stringify({ jsonrpc: '2.0', method: says.grant, params }))
  }

  /** How many calls are under way. */
  get busy(): number {
    return this.#pending.size
  }

  send(call: Call): void {
    if (isTooLong(call.line)) {
      call.fail(tooLong(call))
      return
    }
    const id = ++this.#lastId
    call.id = id
    call.place = this
    this.#pending.set(id, call)
    this.#wire.send(`{"jsonrpc":"2.0","id":${id},${call.line}`)
  }

  cancel(call: Call): void {
    this.#wire.say(`{"jsonrpc":"2.0","method":"${channelSays.cancel}","params":[${call.id}]}`)
  }

  forget(call: Call): void {
    this.#pending.delete(call.id)
    this.#begun.delete(call)
    this.#endIfDone()
  }

  /** Sends an event, or drops it if too much waits for that run already. */
  publish(line: string): void {
    if (this.#dropped > 0 || this.#wire.unsentBytes > maxUnreadEventBytes) {
      this.#dropped++
      if (this.#dropped === 1) void this.#tellDropped()
      return
    }
    this.#wire.send(line)
  }

  /** No new call will come: it closes once those under way are over. */
  retire(): void {
    this.#isRetired = true
    this.#endIfDone()
  }

  /** What it has not begun goes elsewhere, and so does whatever is to come. It answers what is made once: it may have begun that for another connection. */
  #onLeaving(lastId: number): void {
    this.#onLeft?.(this)
    const missed = [...this.#pending.values()].filter(({ id, isOnce }) => id > lastId && !isOnce)
    for (const call of missed) {
      this.#pending.delete(call.id)
      if (!this.#sendAgain(call)) call.fail(this.#cutOff(call, false))
    }
    this.retire()
  }

  #onMessage({ id, method, params = [], result, error }: CallMessage): void {
    if (method === says.leaving) {
      this.#onLeaving(Number(params[1]))
      return
    }
    const call = this.#pending.get((method === undefined ? id : params[0]) as number)
    if (!call) return
    if (method === undefined) {
      if (error) call.fail(fromWireError(error))
      else call.succeed(result)
    } else if (method === says.begun) this.#begun.add(call)
    else if (call.channel) this.#wire.tell(call.channel, method, params)
    else if (method === channelSays.stream) {
      const channel = Channel.opener(voiceOn(this.#wire, call.id), { takes: usualWindow })
      if (this.#isLeaving()) this.#wire.keepFor(channel)
      call.begin(channel)
    }
  }

  #endIfDone(): void {
    if (this.#isRetired && this.#pending.size === 0) this.#wire.end()
  }

  #failPending(): void {
    for (const call of takeAll(this.#pending)) {
      if (!this.#wasSent(call) && this.#sendAgain(call)) continue
      call.fail(this.#cutOff(call, this.#wasDelivered(call)))
    }
  }

  #cutOff({ fn }: Call, delivered: boolean): P8aError {
    const why = delivered ? 'the run ended before it answered' : 'the run ended before the call reached it'
    const what = `${JSON.stringify(fn)} of ${this.callee}`
    const facts = { run: this.callee, fn, delivered }
    return delivered && this.#reaches
      ? new P8aError('outcome_unknown', `It is not known whether ${what} was done: ${why}`, {
          hint: 'Call it again only if it may be done twice',
          facts,
        })
      : new P8aError('pod_not_up', `Cannot call ${what}: ${why}`, {
          hint: { text: 'See why', do: { verb: 'logs', args: [this.callee] } },
          facts,
        })
  }

  /** Whether the other end may have begun it. Of a call that is made once it is known, and of others what can be known. */
  #wasDelivered(call: Call): boolean {
    return this.#tellsBegun && call.isOnce ? this.#begun.has(call) : this.#wasSent(call)
  }

  #wasSent({ id }: Call): boolean {
    return id <= this.#sentId
  }

  async #tellDropped(): Promise<void> {
    await this.#wire.drained()
    const count = this.#dropped
    this.#dropped = 0
    this.#wire.say(`{"jsonrpc":"2.0","method":"${says.dropped}","params":[${count}]}`)
  }
}

function takeAll(calls: Map<number, Call>): Call[] {
  const all = [...calls.values()]
  calls.clear()
  return all
}

/** Bytes are counted only if the line may be too long, since counting them means reading all of it. */
function isTooLong(line: string): boolean {
  return line.length * 3 > maxCallLineBytes && Buffer.byteLength(line) > maxCallLineBytes - 100
}

function tooLong({ fn }: Call): P8aError {
  return new P8aError(
    'too_large',
    `Cannot call ${JSON.stringify(fn)}: its arguments are over ${maxCallLineBytes} bytes`,
  )
}
