// The programs that make a shell ask `pod complete -- words…`, which answers lines of `word<tab>about` and a last line
// `:0` where files may complete as well, or `:4` where they may not.

export const shells = ['bash', 'zsh', 'fish']

/** The program for `shell`. */
export async function scriptFor(shell: string): Promise<string> {
  if (shell === 'bash') return bash
  const { script } = await import('@bomb.sh/tab')
  return printedBy(() => script(shell, 'pod', 'pod'))
}

/** The package can only print its programs. */
function printedBy(print: () => void): string {
  const { log } = console
  let text = ''
  console.log = (line: string) => {
    text += `${line}\n`
  }
  try {
    print()
    return text
  } finally {
    console.log = log
  }
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
