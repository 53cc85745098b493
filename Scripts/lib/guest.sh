# shellcheck shell=bash
# A small machine for tests of what this one lacks: a Debian kernel with gpio-sim and vivid, and an initramfs of
# busybox and their modules, to be run by QEMU. Needs common.sh, cache.sh, suite.sh and packages.sh.

# What `load NAME` can load in the guest.
guest_modules=(virtio_net gpio-sim leds-gpio ledtrig-timer vivid)

# guest_machine [arm64]: makes the machine where it is not there yet, and prints its folder (vmlinuz, initramfs, version).
guest_machine() {
  [ "$(uname -m)" = x86_64 ] || fail "The emulated machine is made on x86_64 only." 69
  local folder recipe architecture=${1:-amd64}
  folder=$(cache_folder)/guest
  # Another recipe is another machine.
  recipe=$(cat "$repository"/Scripts/lib/guest.sh "$repository"/Scripts/lib/guest/* | sha256sum | cut -c1-12)
  if [ "$architecture" != amd64 ]; then
    folder=$folder-$architecture
    guest_modules=(virtio_net gpio-sim)
  fi
  mkdir -p "$folder"
  if [ ! -f "$folder/$recipe/initramfs" ]; then
    need_packages guest
    (
      # One at a time; the second finds what the first has made.
      flock 9
      [ -f "$folder/$recipe/initramfs" ] || guest_make "$architecture" "$folder" "$folder/$recipe"
    ) 9>"$folder/lock"
  fi
  ln -sfn "$recipe" "$folder/current"
  printf '%s\n' "$folder/$recipe"
}

guest_make() {
  local architecture=$1 folder=$2 target=$3 version work
  say "Making the $architecture machine for tests of GPIO …"
  work=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$work'" EXIT
  guest_kernel "$architecture" "$folder" "$work/kernel"
  version=$(ls "$work/kernel/usr/lib/modules")
  guest_root "$work/kernel/usr" "$version" "$work/root"
  mkdir "$work/made"
  cp "$work/kernel/usr/lib/modules/$version/vmlinuz" "$work/made/vmlinuz"
  (cd "$work/root" && find . | LC_ALL=C sort | cpio -o -H newc --quiet) | zstd -q -10 >"$work/made/initramfs"
  # The kernel takes a second archive after this one only at a multiple of four.
  truncate -s "%4" "$work/made/initramfs"
  printf '%s\n' "$version" >"$work/made/version"
  rm -rf "$target"
  mv "$work/made" "$target"
}

# guest_kernel ARCHITECTURE FOLDER INTO: unpacks the newest kernel of the backports, as none older than 7.2 has gpio-sim,
# and, for another architecture than this machine's, its busybox.
guest_kernel() {
  local architecture=$1 folder=$2 into=$3 image package more=()
  if ! ls "$folder"/packages/linux-modules-*.deb >/dev/null 2>&1; then
    suite_apt "$folder/apt" "$architecture" trixie trixie-backports
    image=$(apt-cache -c "$folder/apt/apt.conf" show "linux-image-$architecture/trixie-backports" |
      grep -oE 'linux-image-[0-9][^ ]*' | head -n 1)
    [ -n "$image" ] || fail "The archive has no linux-image-$architecture." 69
    if [ "$architecture" != amd64 ]; then more=(busybox-static); fi
    rm -rf "$folder/packages.new"
    suite_download "$folder/apt" "$folder/packages.new" "linux-binary-${image#linux-image-}" \
      "linux-modules-${image#linux-image-}" "linux-base-${image#linux-image-}" "${more[@]}"
    rm -rf "$folder/packages"
    mv "$folder/packages.new" "$folder/packages"
  fi
  for package in "$folder"/packages/*.deb; do dpkg-deb -x "$package" "$into"; done
}

# guest_root USR VERSION INTO: the files of the initramfs.
guest_root() {
  local usr=$1 version=$2 into=$3 name path file
  mkdir -p "$into"/{bin,dev,etc,modules,proc,root,run,sys,tmp,var/log}
  if [ -f "$usr/bin/busybox" ]; then
    cp "$usr/bin/busybox" "$into/bin/busybox"
  else
    cp "$(command -v busybox)" "$into/bin/busybox"
  fi
  cp "$repository/Scripts/lib/guest/init" "$into/init"
  cp "$repository/Scripts/lib/guest/load" "$into/bin/load"
  printf 'root:x:0:0:root:/root:/bin/sh\n' >"$into/etc/passwd"
  printf 'root:x:0:\n' >"$into/etc/group"
  printf '127.0.0.1 localhost guest\n' >"$into/etc/hosts"
  PATH=$PATH:/usr/sbin:/sbin
  depmod -b "$usr" "$version"
  for name in "${guest_modules[@]}"; do
    modprobe -S "$version" -d "$usr" --show-depends "$name" | awk '$1 == "insmod" { print $2 }' |
      while read -r path; do
        file=$(basename "$path" .xz)
        xz -dc "$path" >"$into/modules/$file"
        printf '%s\n' "$file"
      done >"$into/modules/$name.order"
    [ -s "$into/modules/$name.order" ] || fail "The kernel $version has no module $name." 69
  done
}
