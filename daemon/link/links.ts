// The host's end of the links: takes the connections of shims, finds whose they are by their ticket, and hands what
// they say to their pod.
import net from 'node:net'
import { P8aError } from '../../protocol/errors.ts'
import { LineSplitter } from '../../protocol/lines.ts'
import type { Hello, ToHost, ToShim, Welcome } from '../../protocol/link.ts'
import { joinPath, runId } from '../../protocol/names.ts'
import { type Handlers, Peer } from '../../protocol/peer.ts'
import type { ShimPeer } from '../pod/live-run.ts'
import type { Keepers } from '../script/keepers.ts'
import { askAsPod } from '../server/lines/primary.ts'
import type { Rpc } from '../server/lines/rpc.ts'
import type { Spares } from '../spare/spares.ts'
import type { HostLog } from '../system/host-log.ts'
import { openUnixDoor } from '../system/unix-door.ts'
import type { Found, Hosts } from '../tree/hosts.ts'
import { dialogOf } from '../verbs/command.ts'
import type { VerbsByPath } from '../verbs/table.ts'
import { AskedFor, callFrom, ownVerb } from './asked.ts'
import { type Acquainted, Introductions } from './introductions.ts'

/** What shims may ask, beside their own life. */
type Asked = { hosts: Hosts; verbs: VerbsByPath; rpc: Rpc; spares: Spares; keepers: Keepers }

/** What may stand around a push, which may be as long as a client's line, when a pod hands it to its host. */
const wrapBytes = 1024 * 1024
/** The longest line before its ticket is known: a keeper's hello names all the scripts that it keeps. */
const maxHelloBytes = 1024 * 1024

/**
 * Listens for shims. Every run's record must have been read before: a ticket nobody knows is turned away.
 * @returns what ends the listening
 */
export async function listenForShims(asked: Asked): Promise<() => void> {
  const { paths, log } = asked.hosts.root.seams
  const introductions = new Introductions(asked.hosts)
  const server = net.createServer(socket => onConnection({ ...asked, introductions }, socket))
  return await openUnixDoor(server, { path: paths.linkSocket, log })
}

type Parts = Asked & { introductions: Introductions }

function onConnection({ hosts, verbs, rpc, spares, keepers, introductions }: Parts, socket: net.Socket): void {
  const { settings, log } = hosts.root.seams
  let linked: Found | undefined
  const asked = new AskedFor()
  const lines = new LineSplitter({ maxBytes: maxHelloBytes })
  // Who has no ticket has nothing to say, and is not listened to for long.
  const silence = setTimeout(() => socket.destroy(), settings.authTimeout)
  const handlers: Handlers<ToHost> = {
    hello: async hello => {
      const wait = spares.onHello(hello.ticket, peer)
      const kept = wait ? undefined : keepers.onHello(hello, peer)
      linked = wait || kept ? undefined : hosts.findTicket(hello.ticket)
      if (wait || kept || linked) {
        clearTimeout(silence)
        lines.maxBytes = settings.maxLineBytes + wrapBytes
      }
      if (wait) return wait
      if (kept) return kept
      return linked ? await greet(linked, hello, peer) : turnAway(log, hello)
    },
    ready: () => {
      if (linked) linked.entry.supervisor.effects.onReady(linked.live)
      else spares.onReady(peer)
      return null
    },
    status: said => {
      linked?.entry.supervisor.effects.onStatus(linked.live, said)
      linked?.entry.supervisor.tellChanged()
      return null
    },
    resolve: async params => await introductions.resolve(requireRun(), params),
    call: async params => await callFrom({ hosts, verbs }, { ...requireRun(), asked }, params),
    cancel: ({ id }) => {
      asked.cancel(id)
      return null
    },
    more: async ({ stream }) => await asked.more(stream),
    leave: ({ stream }) => {
      asked.leave(stream)
      return null
    },
    subscribe: ({ subscriptions }) => {
      introductions.subscribe(requireRun(), subscriptions)
      return null
    },
    subscribers: async params => await introductions.subscribers(requireRun(), params),
    mount: async params => {
      if (linked) await hosts.mount(linked, params)
      return null
    },
    unmount: async params => {
      if (linked) await hosts.unmount(linked, params)
      return null
    },
    verb: async ({ id, ...verb }) =>
      await asked.during(id, async signal => await ownVerb(hosts, verbs, { from: linked, signal, ...verb })),
    commandSend: async ({ id, text }) => {
      await dialogOf(linked?.live, id).send(text)
      return null
    },
    commandRecv: ({ id, question }) => dialogOf(linked?.live, id).recv(question),
    primary: async wanted => {
      const { place, pod, live } = requireRun()
      return await askAsPod(rpc, {
        ...wanted,
        run: joinPath(place.path, runId(pod, live.ref.number)),
        path: place.path,
      })
    },
    scriptEnded: ended => {
      keepers.onEnded(peer, ended)
      return null
    },
  }
  const requireRun = (): Acquainted => {
    if (linked) return { place: linked.place, pod: linked.entry.supervisor.name, live: linked.live, peer }
    throw new P8aError('unauthorized', 'Only a run may ask for others')
  }
  const peer: ShimPeer = new Peer<ToShim, ToHost>(line => socket.write(`${line}\n`), handlers)
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const line of lines.push(chunk)) peer.receive(line)
    } catch (error) {
      log.warn('link', 'a connection spoke nonsense and was closed', {
        err: error,
        ...(linked && { pod: linked.entry.supervisor.name }),
      })
      socket.destroy()
    }
  })
  // The close that follows every error does what is to be done.
  socket.on('error', () => {})
  socket.on('close', () => {
    clearTimeout(silence)
    peer.close(new P8aError('pod_not_up', 'The run went away'))
    asked.leaveAll()
    introductions.forget(peer)
    keepers.onUnlinked(peer)
    linked?.entry.supervisor.effects.onUnlinked(linked.live, peer)
  })
}

async function greet({ entry, live }: Found, hello: Hello, peer: ShimPeer): Promise<Welcome> {
  return await entry.supervisor.effects.onHello(live, hello, peer)
}

function turnAway(log: HostLog, hello: Hello): Welcome {
  log.warn('link', 'a process with an unknown ticket was told to end', { pid: hello.pid })
  return { do: 'end' }
}
