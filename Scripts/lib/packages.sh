# shellcheck shell=bash
# Debian packages by what they are for. Only what is missing is installed; where all is there, apt-get is not called.

packages_for() {
  case $1 in
    build) echo libssl-dev libsqlite3-dev libmosquitto-dev libinih-dev libcurl4-openssl-dev zlib1g-dev libjpeg-dev libgpiod-dev libzip-dev libexpat1-dev libxlsxwriter-dev pkg-config binutils git ca-certificates python3-pip ;;
    run) echo tzdata mosquitto libcurl4 libxlsxwriter4 libjpeg62-turbo "$(gpiod_package)" ffmpeg ;;
    demo) echo mosquitto curl jq ffmpeg ;;
    test) echo mosquitto mosquitto-clients openssl curl jq vsftpd chromium nginx-light ffmpeg socat prometheus ;;
    conformance) echo python3 python3-venv ;;
    fuzz) echo lld ;;
    guest) echo qemu-system-x86 seabios busybox-static kmod cpio zstd xz-utils debian-archive-keyring ;;
    arm64) echo qemu-system-arm binutils cpio zstd ;;
    cross) echo binutils-aarch64-linux-gnu binutils git xz-utils debian-archive-keyring python3-pip ;;
    benchmark) echo mosquitto curl jq wrk nginx-light ;;
    callgrind) echo valgrind ;;
    office) echo libreoffice-calc python3 ;;
    abuse) echo curl jq slowhttptest ;;
    *) fail "No group of packages is called $1." 64 ;;
  esac
}

# libgpiod's library by the name that this Debian gives it.
gpiod_package() {
  local release
  # shellcheck source=/dev/null
  release=$(. /etc/os-release && echo "${VERSION_ID:-12}")
  if [ "${release%%.*}" -ge 13 ]; then echo libgpiod3; else echo libgpiod2; fi
}

# A package counts as there when dpkg says so, or, for a tool, when its command is there.
package_is_there() {
  case $1 in
    mosquitto) [ -x /usr/sbin/mosquitto ] || command -v mosquitto >/dev/null && return 0 ;;
    mosquitto-clients) command -v mosquitto_pub >/dev/null && return 0 ;;
    prometheus) command -v promtool >/dev/null && return 0 ;;
    nginx-light) [ -x /usr/sbin/nginx ] && return 0 ;;
    qemu-system-x86) command -v qemu-system-x86_64 >/dev/null && return 0 ;;
    qemu-system-arm) command -v qemu-system-aarch64 >/dev/null && return 0 ;;
    kmod) [ -x /usr/sbin/modprobe ] || [ -x /sbin/modprobe ] && return 0 ;;
    binutils-aarch64-linux-gnu) command -v aarch64-linux-gnu-strip >/dev/null && return 0 ;;
    xz-utils) command -v xz >/dev/null && return 0 ;;
    binutils) command -v nm >/dev/null && command -v strip >/dev/null && return 0 ;;
    lld) command -v ld.lld >/dev/null && return 0 ;;
    python3-pip) python3 -m pip --version >/dev/null 2>&1 && return 0 ;;
    python3-venv) python3 -c "import venv, ensurepip" 2>/dev/null && return 0 ;;
    pkg-config | python3 | cpio | zstd | git | openssl | curl | jq | wrk | chromium | valgrind | slowhttptest | ffmpeg | socat) command -v "$1" >/dev/null && return 0 ;;
  esac
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# need_packages GROUP…: installs what the groups lack, as root or by sudo.
need_packages() {
  local group package missing=()
  for group in "$@"; do
    for package in $(packages_for "$group"); do
      package_is_there "$package" || missing+=("$package")
    done
  done
  [ "${#missing[@]}" -eq 0 ] && return 0

  command -v apt-get >/dev/null ||
    fail "This is not Debian. Please install what these Debian packages hold: ${missing[*]}" 69
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "Missing packages, and neither root nor sudo to install them. As root: apt-get install ${missing[*]}" 69
    as_root=(sudo)
    if [ -n "${CI:-}" ]; then as_root=(sudo -n); fi
  fi

  say "Installing ${missing[*]} …"
  local log=$repository/.build/apt.log lock
  mkdir -p "$repository/.build"
  # One at a time: apt does not wait for another one that fetches lists.
  exec {lock}>"$log.lock"
  flock "$lock"
  install_packages "$log" "${missing[@]}"
  exec {lock}>&-
}

# install_packages LOG PACKAGE…: uses as_root and lock of its caller.
install_packages() {
  local log=$1
  shift
  # Old lists suffice where they still name what is there; only else they are fetched anew.
  apt_install "$log" "$@" && return 0
  "${as_root[@]}" apt-get update -qq >"$log" 2>&1 </dev/null {lock}>&- || true
  apt_install "$log" "$@" && return 0
  cat "$log" >&2
  fail "apt-get could not install: $*" 69
}

# Uses as_root and lock of its caller. A service that a package starts must not keep the lock.
apt_install() {
  local log=$1
  shift
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" >>"$log" 2>&1 </dev/null {lock}>&-
}
