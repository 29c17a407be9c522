// Another time of day for a nats-server that runs. It is a program of Go, which asks the kernel's own library in its memory (the vDSO) and no other, so
// that nothing can be put before it: that function is replaced there, for this process alone. How fast its clock goes stays as it is.
import { closeSync, openSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs'
import { until } from '../../../test/until.ts'
import { Impossible } from './places.ts'

/** Asks the kernel (228: clock_gettime), and adds seconds to what it says of the time of day (clock 0). The number of seconds stands behind it. */
const code = Buffer.from('b8e40000000f0585ff750a488b0d0600000048010ec3' + '9090', 'hex')

/** @param pid of a process that is ours. @throws {Impossible} on a machine whose processes are built otherwise */
export async function setServerClock(pid: number, offsetMs: number): Promise<void> {
  if (process.arch !== 'x64') throw new Impossible('only on x64 it is known how to change the clock of a server')
  const memory = openSync(`/proc/${pid}/mem`, 'r+')
  try {
    const { address, size } = clockIn(pid, memory)
    const patch = Buffer.alloc(code.length + 8)
    code.copy(patch)
    patch.writeBigInt64LE(BigInt(Math.round(offsetMs / 1000)), code.length)
    if (size < patch.length) throw new Impossible('the function of the kernel for the time is too short to be replaced')
    const write = () => void writeSync(memory, patch, 0, patch.length, address)
    await stopped(pid, { from: address, to: address + patch.length }, write)
  } finally {
    closeSync(memory)
  }
}

/** Does something while it stands still, and none of its threads is there. */
async function stopped(pid: number, { from, to }: { from: number; to: number }, work: () => void): Promise<void> {
  const isFree = () => placesOf(pid)?.every(place => place < from || place >= to)
  const tried = async () => {
    process.kill(pid, 'SIGSTOP')
    try {
      await until(() => placesOf(pid) !== undefined, 'a server stands still')
      if (!isFree()) return false
      work()
      return true
    } finally {
      process.kill(pid, 'SIGCONT')
    }
  }
  await until(tried, 'no thread of a server asks for the time')
}

/** Where in its memory each thread is. @returns undefined while one is not stopped yet */
function placesOf(pid: number): number[] | undefined {
  const told = readdirSync(`/proc/${pid}/task`).map(task =>
    readFileSync(`/proc/${pid}/task/${task}/syscall`, 'utf8').trim(),
  )
  return told.includes('running') ? undefined : told.map(one => Number(one.split(' ').at(-1)))
}

/** Where the function is that tells the time: the vDSO is a whole ELF file in the memory of each process. */
function clockIn(pid: number, memory: number): { address: number; size: number } {
  const mapped = /^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$/m.exec(readFileSync(`/proc/${pid}/maps`, 'utf8'))
  if (!mapped) throw new Impossible('the process has no vDSO')
  const [from, to] = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)]
  const elf = Buffer.alloc(to - from)
  readSync(memory, elf, 0, elf.length, from)
  const [table, each, count] = [Number(elf.readBigUInt64LE(40)), elf.readUInt16LE(58), elf.readUInt16LE(60)]
  const sections = Array.from({ length: count }, (_, at) => {
    const head = table + at * each
    const [offset, size] = [Number(elf.readBigUInt64LE(head + 24)), Number(elf.readBigUInt64LE(head + 32))]
    return { type: elf.readUInt32LE(head + 4), link: elf.readUInt32LE(head + 40), offset, size }
  })
  const symbols = sections.find(({ type }) => type === dynamicSymbols)
  const names = sections[symbols?.link ?? 0]
  for (let at = symbols?.offset ?? 0; symbols && names && at < symbols.offset + symbols.size; at += 24) {
    const begin = names.offset + elf.readUInt32LE(at)
    if (elf.toString('latin1', begin, elf.indexOf(0, begin)) !== '__vdso_clock_gettime') continue
    return { address: from + Number(elf.readBigUInt64LE(at + 8)), size: Number(elf.readBigUInt64LE(at + 16)) }
  }
  throw new Impossible('the vDSO has no function for the time')
}

/** SHT_DYNSYM */
const dynamicSymbols = 11
