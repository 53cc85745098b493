# shellcheck shell=bash
# What every script here begins with: strict mode is the caller's; this gives the place and the words.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# One line to the person who waits; the output of a script stays clean.
say() { printf '%s\n' "$*" >&2; }

# A sentence, and out. sysexits: 69 unavailable, 64 usage.
fail() {
  say "$1"
  exit "${2:-1}"
}

# Runs a command and shows its output only where it fails. The log's path is the first argument.
quietly() {
  local log=$1 status=0
  shift
  mkdir -p "$(dirname "$log")"
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ "$status" -ne 0 ]; then
    cat "$log" >&2
    return "$status"
  fi
}
