# shellcheck shell=bash
# A compiler for arm64 and Debian 13. Debian has the same Swift for both machines in sid only: that compiler is unpacked
# into a folder and runs there by chroot; the target's libraries are another folder, which never runs. Nothing is
# installed: unpacked files suffice, and take a fraction of the time. Needs common.sh, cache.sh, suite.sh and swift.sh.

# Modules are read by the compiler of the same version only.
cross_series=6.2
cross_compiler=(swiftlang libc6-dev libstdc++-15-dev libgcc-15-dev lld git bash coreutils)
cross_target=(
  libc6-dev libstdc++-14-dev libgcc-14-dev linux-libc-dev libsqlite3-dev libmosquitto-dev libinih-dev libssl-dev
  zlib1g-dev libjpeg62-turbo-dev libgpiod-dev libzip-dev libexpat1-dev libcurl4-openssl-dev libxlsxwriter-dev
)
# What Swift's packages bring and no build of ours uses: 2 of 3 GB.
cross_unused=(
  '*lldb*' '*/bin/clangd' '*/bin/docc' '*/bin/sourcekit-lsp' '*/bin/swift-format' '*/bin/llvm-objdump' '*/bin/wasmkit'
  '*sourcekitd*' '*/swift/embedded' '*/swift_static/embedded' '*/swift/FrameworkABIBaseline' '*/swift/migrator'
  '*/share/doc' '*/share/man' '*/share/locale' '*/share/info'
)

# cross_toolchain: makes what is not there yet. One at a time; the second finds what the first has made.
cross_toolchain() {
  cross_cache=$(cache_folder)/cross
  mkdir -p "$cross_cache"
  exec 9>"$cross_cache/lock"
  flock 9
  cross_folder host amd64 sid cross_host "${cross_compiler[@]}"
  cross_folder sysroot arm64 trixie cross_sysroot "${cross_target[@]}"
  cross_sdk
  flock -u 9
}

# cross_folder NAME ARCHITECTURE SUITE FILL PACKAGE…: a folder that is whole or not there, and another one when what it
# is made of changes.
cross_folder() {
  local name=$1 architecture=$2 suite=$3 fill=$4 folder recipe
  shift 4
  folder=$cross_cache/$name
  recipe="$suite $* ${cross_unused[*]}"
  [ "$(cat "$folder/.recipe" 2>/dev/null)" = "$recipe" ] && return 0
  say "Making the folder $name of $suite for $architecture …"
  rm -rf "$folder" "$folder.new"
  mkdir -p "$folder.new/usr/lib" "$folder.new/usr/lib64" "$folder.new/usr/bin" "$folder.new/usr/sbin"
  ln -s usr/lib usr/lib64 usr/bin usr/sbin "$folder.new/"
  suite_apt "$cross_cache/apt-$name" "$architecture" "$suite"
  suite_unpack "$cross_cache/apt-$name" "$folder.new" "$@"
  "$fill" "$folder.new"
  printf '%s\n' "$recipe" >"$folder.new/.recipe"
  mv "$folder.new" "$folder"
}

# suite_unpack APT INTO PACKAGE…: packages with all that they need.
suite_unpack() {
  local apt=$1 into=$2 package
  shift 2
  quietly "$apt/install.log" apt-get -c "$apt/apt.conf" -qq --yes --download-only --no-install-recommends install "$@" ||
    fail "Could not be fetched: $*" 69
  for package in "$apt"/cache/archives/*.deb; do
    cross_unpack "$package" "$into"
  done
}

# cross_unpack PACKAGE INTO [TAR-OPTION…]
cross_unpack() {
  local package=$1 into=$2 unused
  shift 2
  unused=("${cross_unused[@]/#/--exclude=}")
  dpkg-deb --fsys-tarfile "$package" |
    tar -x -C "$into" --keep-directory-symlink --no-same-owner "${unused[@]}" "$@"
}

# The compiler's own Debian: which version it is, and a shell for git.
cross_host() {
  local version
  ln -sf bash "$1/usr/bin/sh"
  version=$(cd "$cross_cache/apt-host/cache/archives" && for file in swiftlang_*.deb; do dpkg-deb -f "$file" Version; done)
  case $version in
    "$cross_series".*) printf '%s\n' "$version" >"$1/.swift" ;;
    *) fail "Debian's Swift is ${version:-gone} now, and the sources are built with $cross_series." 69 ;;
  esac
}

# Swift's own libraries for the target, inside its folder, from the packages of the compiler's version.
cross_sysroot() {
  local version package work=$cross_cache/runtime
  version=$(cat "$cross_cache/host/.swift")
  suite_apt "$cross_cache/apt-runtime" arm64 sid
  rm -rf "$work"
  suite_download "$cross_cache/apt-runtime" "$work" "swiftlang=$version" "libswiftlang=$version"
  for package in "$work"/*.deb; do
    cross_unpack "$package" "$work" --exclude='*/swift/host' --wildcards './usr/libexec/swift/lib/swift' \
      './usr/libexec/swift/lib/swift_static' './usr/libexec/swift/lib/clang' 2>/dev/null || true
  done
  cp -a "$work"/usr/libexec/swift/lib/{swift,swift_static,clang} "$1/usr/lib/"
  rm -rf "$work"
  [ -f "$1/usr/lib/swift_static/linux/libswiftCore.a" ] || fail "Debian's swiftlang has no static library for arm64." 69
}

# A Swift SDK that says where all of it is.
cross_sdk() {
  local bundle=$cross_cache/sdk/layerberry-arm64.artifactbundle folder
  folder=$bundle/layerberry-arm64/aarch64-unknown-linux-gnu
  mkdir -p "$folder"
  # Debian's compiler calls its own machine "pc".
  cat >"$bundle/info.json" <<JSON
{"schemaVersion": "1.0", "artifacts": {"layerberry-arm64": {"type": "swiftSDK", "version": "1", "variants": [
  {"path": "layerberry-arm64/aarch64-unknown-linux-gnu",
   "supportedTriples": ["x86_64-unknown-linux-gnu", "x86_64-pc-linux-gnu"]}]}}}
JSON
  cat >"$folder/swift-sdk.json" <<JSON
{"schemaVersion": "4.0", "targetTriples": {"aarch64-unknown-linux-gnu": {
  "sdkRootPath": "/sysroot", "swiftResourcesPath": "/sysroot/usr/lib/swift",
  "swiftStaticResourcesPath": "/sysroot/usr/lib/swift_static", "toolsetPaths": ["toolset.json"]}}}
JSON
  cat >"$folder/toolset.json" <<JSON
{"schemaVersion": "1.0", "rootPath": "/usr/bin",
 "swiftCompiler": {"extraCLIOptions": ["-use-ld=lld", "-Xclang-linker", "--sysroot=/sysroot"]},
 "linker": {"path": "ld.lld"}}
JSON
}

# cross_run COMMAND…: in the compiler's Debian, which sees the checkout, the target's files and the user's way to Swift
# packages: what git fetches from, folders of this machine included.
cross_run() {
  # shellcheck disable=SC2016 # expanded in there
  unshare --mount bash -euc '
    host=$1 cache=$2 repository=$3
    shift 3
    show() {
      mkdir -p "$host$2"
      mount --bind "$1" "$host$2"
    }
    show "$cache/sysroot" /sysroot
    show "$cache/sdk" /sdk
    show "$repository" /repository
    mkdir -p "$host"/{proc,dev,etc,root,tmp}
    mount -t proc proc "$host/proc"
    mount --rbind /dev "$host/dev"
    mount -t tmpfs tmp "$host/tmp"
    for file in /etc/gitconfig /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt; do
      [ ! -f "$file" ] || install -D -m 644 "$file" "$host$file"
    done
    [ ! -f "$HOME/.gitconfig" ] || cp "$HOME/.gitconfig" "$host/root/.gitconfig"
    git config --get-regexp "^url\..*\.insteadof$" | sed -nE "s/^url\.(\/.*)\.insteadof .*/\1/p" | sort -u |
      while read -r folder; do show "$folder" "$folder"; done
    exec chroot "$host" /usr/bin/env -i PATH=/usr/libexec/swift/bin:/usr/bin:/usr/sbin HOME=/root LANG=C.UTF-8 \
      GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="*" "$@"
  ' inside "$cross_cache/host" "$cross_cache" "$repository" "$@"
}

# cross_build PRODUCT: builds it, and prints the path of the unstripped file.
cross_build() {
  local scratch=.build/arm64
  mkdir -p "$repository/$scratch"
  link_anew_by_list "$repository/$scratch/aarch64-unknown-linux-gnu/release/$1"
  quietly "$repository/.build/cross-$1.log" cross_run /bin/bash -c 'cd /repository && exec "$@"' bash \
    swift build --scratch-path "$scratch" --swift-sdks-path /sdk --swift-sdk layerberry-arm64 --product "$1" \
    "${release_flags[@]//"$repository"//repository}" || fail "$1 does not build for arm64."
  printf '%s\n' "$repository/$scratch/aarch64-unknown-linux-gnu/release/$1"
}

# cross_libraries ROOT PROGRAM: copies the shared libraries that a program names, those that they name, and the loader.
cross_libraries() {
  local root=$1 places=usr/lib/aarch64-linux-gnu name target waiting=("$2")
  mkdir -p "$root/$places" "$root/lib"
  ln -sfn "../$places/ld-linux-aarch64.so.1" "$root/lib/ld-linux-aarch64.so.1"
  while [ "${#waiting[@]}" -gt 0 ]; do
    target=${waiting[0]}
    waiting=("${waiting[@]:1}")
    while read -r name; do
      [ ! -e "$root/$places/$name" ] || continue
      [ -e "$cross_cache/sysroot/$places/$name" ] || fail "$target needs $name, which Debian 13's packages do not bring."
      cp -L "$cross_cache/sysroot/$places/$name" "$root/$places/$name"
      waiting+=("$root/$places/$name")
    done < <(readelf -d "$target" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p')
  done
}

# arm64_machine BINARY: makes .build/arm64-machine, the emulated machine with the programs and the libraries that they
# name, where Debian 13 has them. Prints its path.
arm64_machine() {
  local machine folder=$repository/.build/arm64-machine
  machine=$("$repository/Scripts/guest-machine" arm64)
  rm -rf "$folder"
  mkdir -p "$folder/root/usr/bin"
  cp "$1" "$folder/root/usr/bin/layerberry"
  cross_run clang --target=aarch64-linux-gnu --sysroot=/sysroot -fuse-ld=lld -static -O1 \
    -o /repository/.build/arm64-machine/root/usr/bin/guest-tool /repository/Tests/GuestTool/main.c
  cross_libraries "$folder/root" "$folder/root/usr/bin/layerberry"
  cp "$machine/vmlinuz" "$folder/vmlinuz"
  cp "$machine/initramfs" "$folder/initramfs"
  (cd "$folder/root" && find . | LC_ALL=C sort | cpio -o -H newc --quiet) | zstd -q -3 >>"$folder/initramfs"
  truncate -s "%4" "$folder/initramfs"
  printf '%s\n' "$folder"
}
