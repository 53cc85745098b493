# shellcheck shell=bash disable=SC2154
# What the service writes to its disk, while its printers rest and while they print. Sourced by Benchmarks/run.

# written PID: bytes that the kernel was given to write for this process, without those that were taken back in time.
written() {
  awk '$1 == "write_bytes:" { sum += $2 } $1 == "cancelled_write_bytes:" { sum -= $2 } END { print sum }' "/proc/$1/io"
}

# LAYERBERRY_WEAR_MINUTES says how long each measurement lasts (default 10), LAYERBERRY_WEAR_SETTLING how many seconds the
# printers have before it (default 120). The figures for an hour are reckoned from it.
measure_wear() {
  local minutes=${LAYERBERRY_WEAR_MINUTES:-10} settling=${LAYERBERRY_WEAR_SETTLING:-120} kind
  kind=$(stat -f -c %T "$work")
  [ "$kind" != tmpfs ] || fail "The kernel counts nothing for a tmpfs: set TMPDIR to a folder on a disk."
  printf '$ cat /proc/PID/io, %s minutes each after %s seconds, printers at real speed, on %s\n' \
    "$minutes" "$settling" "$kind"
  wear_with idle 1 "$minutes" "$settling"
  wear_with printing 12 "$minutes" "$settling"
}

# wear_with WHAT LIMIT MINUTES SETTLING: four printers that do this; the limit is in megabytes an hour.
wear_with() {
  local what=$1 limit=$2 minutes=$3 settling=$4 port before after
  port=$(free_port)
  start_service "$work/wear-$what" "$port"
  until_healthy "$port"
  if [ "$what" = idle ]; then
    simulator_loops='' with_printers 4 "$work/wear-$what" "$port"
  else
    with_printers 4 "$work/wear-$what" "$port"
  fi
  sleep "$settling"
  before=$(written "$service_pid")
  sleep $((minutes * 60))
  after=$(written "$service_pid")
  stop_service
  kill -TERM "$simulator_pid"
  wait "$simulator_pid" 2>/dev/null || true
  awk -v what="$what" -v bytes=$((after - before)) -v minutes="$minutes" -v limit="$limit" 'BEGIN {
    hour = bytes * 60 / minutes
    printf "4 printers, %s: %d bytes in %d minutes, so %.2f MB an hour (at most %d)\n",
      what, bytes, minutes, hour / 1e6, limit
    exit hour > limit * 1e6 }' || fail "The service writes too much while its printers are $what."
}
