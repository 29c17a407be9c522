// Starts a program with PM2 in its own folder, where it is installed and built: what the table says of PM2.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import type { Program } from './program.ts'
import { answers, freePort } from './try-p8a.ts'

export type TriedPm2 = { failed?: string; kept: boolean }

/** @param place the folder of the program, and where PM2 is and keeps what it knows */
export async function tryPm2(
  program: Program,
  { folder, pm2, home }: { folder: string; pm2: string; home: string },
): Promise<TriedPm2> {
  const port = String(await freePort())
  const env = { PM2_HOME: home, PM2_DISCRETE_MODE: 'true', PORT: port }
  const run = async (...args: string[]) =>
    await execa(pm2, args, { cwd: folder, env, all: true, stdin: 'ignore', timeout: 60_000 })
  const tried: TriedPm2 = { kept: false }
  const started = (program.pm2 ?? []).map(word => word.replace('$PORT', port))
  try {
    await run('start', ...started.slice(0, 1), '--name', program.name, ...started.slice(1))
    await answers(program, Number(port))
    const pid = await pidOf(program.name, run)
    if (pid === 0) throw new Error('it is not online')
    process.kill(Number(readFileSync(join(home, 'pm2.pid'), 'utf8')), 'SIGKILL')
    await delay(500)
    tried.kept = (await pidOf(program.name, run)) === pid
    // What a killed daemon leaves is nobody's any more.
    if (!tried.kept) killLeft(pid)
  } catch (error) {
    tried.failed = String((error as { all?: string }).all ?? error).slice(-200)
  }
  await run('kill').catch(() => undefined)
  return tried
}

type Run = (...args: string[]) => Promise<{ stdout: string }>

async function pidOf(name: string, run: Run): Promise<number> {
  const { stdout } = await run('jlist')
  const line = stdout.split('\n').find(text => text.startsWith('[{') || text === '[]') ?? '[]'
  const apps = JSON.parse(line) as { name: string; pid: number; pm2_env: { status: string } }[]
  return apps.find(app => app.name === name && app.pm2_env.status === 'online')?.pid ?? 0
}

function killLeft(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It leads no group, or is gone.
  }
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone.
  }
}
