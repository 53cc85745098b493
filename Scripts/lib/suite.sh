# shellcheck shell=bash
# Packages of another Debian suite or architecture. The machine's own apt is asked where its archive is, and is left
# alone otherwise: lists, state and downloads have a folder of their own. Needs common.sh.

# suite_archive: the address of the Debian archive that this machine uses.
suite_archive() {
  # shellcheck disable=SC2016 # apt's placeholders, not the shell's
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
    awk '/\/debian\/?$/ && !found { print; found = 1 }'
}

# suite_apt FOLDER ARCHITECTURE SUITE…: makes FOLDER/apt.conf and fetches the lists of these suites.
suite_apt() {
  local folder=$1 architecture=$2 archive suite
  shift 2
  archive=$(suite_archive)
  [ -n "$archive" ] || fail "The apt sources of this machine name no Debian archive." 69
  mkdir -p "$folder"/state/lists/partial "$folder"/cache/archives/partial "$folder"/parts
  : >"$folder/state/status"
  for suite in "$@"; do
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$archive" "$suite"
  done >"$folder/sources.list"
  cat >"$folder/apt.conf" <<CONF
Dir::State "$folder/state";
Dir::State::status "$folder/state/status";
Dir::Cache "$folder/cache";
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "$folder/parts";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$folder/parts";
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
  quietly "$folder/update.log" apt-get -c "$folder/apt.conf" -qq update ||
    fail "The lists of $* could not be fetched." 69
}

# suite_download FOLDER INTO PACKAGE…: the packages' files, verified by apt.
suite_download() {
  local folder=$1 into=$2
  shift 2
  mkdir -p "$into"
  (cd "$into" && quietly "$folder/download.log" apt-get -c "$folder/apt.conf" -qq download "$@") ||
    fail "Could not be fetched: $*" 69
}
