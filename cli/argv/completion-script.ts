// The programs that make a shell ask `pod complete -- words…`, which answers lines of `word<tab>about` and a last line
// `:0` where files may complete as well, or `:4` where they may not.
import { openStdout, printOut } from '../say/print.ts'

export const shells = ['bash', 'zsh', 'fish']

/** Prints the program for `shell`. */
export async function printScript(shell: string): Promise<void> {
  if (shell === 'bash') return void printOut(bash)
  const { script } = await import('@bomb.sh/tab')
  openStdout()
  script(shell, 'pod', 'pod')
}

// Our own, since the package's needs bash-completion, which macOS and small images lack, and evaluates the words typed.
const bash = `# bash completion for pod
_pod_complete() {
  local out lines line IFS=$'\\n'
  out=$(pod complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) || return
  lines=($out)
  COMPREPLY=()
  for line in "\${lines[@]}"; do
    if [[ $line == :0 ]]; then
      compopt -o default 2>/dev/null
    elif [[ $line != :* ]]; then
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done
}
complete -F _pod_complete pod
`
