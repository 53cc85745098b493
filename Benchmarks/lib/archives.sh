# shellcheck shell=bash disable=SC2154
# The archive with 10,000 and 100,000 records: lists, search, statistics, export, import. Sourced by Benchmarks/run.

# archive_table FIRST LAST: an export of so many prints, as an import takes it; the last is the newest.
archive_table() {
  awk -v first="$1" -v last="$2" 'BEGIN {
    print "name,filename,status,printer_name,project_name,created_at,completed_at,duration,filament_type,filament_used,cost,tags,notes"
    split("bracket gear vase hinge spool tower benchy clip lamp hook", words); split("PLA PETG ABS TPU", types)
    split("success success success success success success success success failed stopped", ends)
    for (n = first; n <= last; n++) {
      t = 1577836800 + n * 1800
      made = strftime("%Y-%m-%dT%H:%M:%SZ", t, 1); ended = strftime("%Y-%m-%dT%H:%M:%SZ", t + 1500, 1)
      printf "%s %s %d,%s_%d.gcode.3mf,%s,Printer %d,Project %d,%s,%s,1500,%s,%.1f,%.2f,\"[\"\"batch%d\"\"]\",note %d of %s\n",
        words[n % 10 + 1], words[int(n / 10) % 10 + 1], n, words[n % 10 + 1], n, ends[n % 10 + 1], n % 4 + 1, n % 20 + 1,
        made, ended, types[n % 4 + 1], 5 + n % 90, 0.1 + n % 9 / 10, n % 500, n, words[n % 7 + 1]
    } }'
}

# archive_import PORT KEY FIRST LAST
archive_import() {
  local begin=${EPOCHREALTIME/./}
  archive_table "$3" "$4" >"$work/table.csv"
  curl -sS -X POST -H "X-API-Key: $2" -H 'Content-Type: text/csv' --data-binary "@$work/table.csv" \
    "http://127.0.0.1:$1/api/v1/archives/import"
  printf ' in %s ms\n' "$(((${EPOCHREALTIME/./} - begin) / 1000))"
}

# archive_latency PORT KEY NAME PATH…: 300 requests one after the other, the paths in turn; milliseconds.
archive_latency() {
  local port=$1 key=$2 name=$3
  shift 3
  python3 - "$port" "$key" "$name" "$@" <<'PYTHON'
import http.client, sys, time
port, key, name, paths = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
link, times = http.client.HTTPConnection("127.0.0.1", port), []
for number in range(320):
    begin = time.perf_counter()
    link.request("GET", paths[number % len(paths)], headers={"X-API-Key": key})
    answer = link.getresponse()
    answer.read()
    if answer.status != 200:
        sys.exit(f"{paths[number % len(paths)]}: {answer.status}")
    if number >= 20:
        times.append((time.perf_counter() - begin) * 1000)
times.sort()
print(f"{name}: median {times[150]:.1f} ms, p99 {times[296]:.1f} ms, longest {times[-1]:.1f} ms of 300")
PYTHON
}

# LAYERBERRY_ARCHIVES says how many records the large archive has (default 100000); the small one has a tenth.
measure_archives() {
  local port key number format begin before after base=/api/v1 all=${LAYERBERRY_ARCHIVES:-100000}
  port=$(free_port)
  start_service "$work/archives" "$port"
  until_healthy "$port"
  key=$(make_key "$work/archives")
  sleep 1
  for number in 1 2 3 4; do
    curl -sS -o /dev/null -H "X-API-Key: $key" -H 'Content-Type: application/json' "http://127.0.0.1:$port$base/printers" \
      -d "{\"name\":\"Printer $number\",\"ip_address\":\"127.0.0.1\",\"access_code\":\"12345678\",\"serial_number\":\"01P00A00000000$number\",\"enabled\":false}"
  done
  archive_import "$port" "$key" 1 $((all / 10))
  load "GET $base/archives?limit=50 of $((all / 10))" "$service_pid" "http://127.0.0.1:$port$base/archives?limit=50" "$key"
  archive_import "$port" "$key" $((all / 10 + 1)) "$all"
  load "GET $base/archives?limit=50 of $all" "$service_pid" "http://127.0.0.1:$port$base/archives?limit=50" "$key"
  archive_latency "$port" "$key" "filtered lists" "$base/archives?printer_id=2" "$base/archives?status=failed" \
    "$base/archives?printer_id=1&status=success&offset=$((all / 20))" "$base/archives?project_id=3&status=stopped" \
    "$base/archives?start_date=2021-01-01&end_date=2021-03-31" "$base/archives?start_date=2020-06-01&printer_id=3" \
    "$base/archives?offset=$((all - 100))"
  archive_latency "$port" "$key" "search" "$base/archives?search=benchy" "$base/archives?search=gear%20petg" \
    "$base/archives?search=batch77" "$base/archives?search=%22note%20777%22" "$base/archives?search=hin%20tow" \
    "$base/archives?search=pla" "$base/archives?search=vase&printer_id=1" "$base/archives?search=lamp&status=failed"
  archive_latency "$port" "$key" "statistics" "$base/statistics" "$base/statistics?printer_id=1" \
    "$base/statistics?start_date=2021-01-01"
  for format in csv xlsx; do
    # The highest resident figure begins anew with what is resident now.
    before=$(awk '/^VmRSS/ { print $2 }' "/proc/$service_pid/status")
    echo 5 >"/proc/$service_pid/clear_refs"
    begin=${EPOCHREALTIME/./}
    curl -sS -o "$work/export.$format" -H "X-API-Key: $key" "http://127.0.0.1:$port$base/archives/export?format=$format"
    after=$(awk '/^VmHWM/ { print $2 }' "/proc/$service_pid/status")
    printf 'export %s: %s bytes in %s ms; resident before %s kB, at most %s kB more during it\n' "$format" \
      "$(stat -c %s "$work/export.$format")" "$(((${EPOCHREALTIME/./} - begin) / 1000))" "$before" "$((after - before))"
  done
  stop_service
  printf 'database: %s bytes\n' "$(stat -c %s "$work/archives/layerberry.db")"
}
