#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Proves that a machine which has git and make needs one command more.
#
#   tests/fresh-machine.sh [MAKE-ARGUMENT...]      bench QUICK=1, when not told
#
# Makes a minimal system of this machine's own Debian release in a temporary
# folder, clones the last commit into it, types `make ...` there and tells how
# long installing, building and the rest took. Needs root, debootstrap, about
# 2 GB in TMPDIR and wherever this machine's apt gets its packages from; takes
# minutes. That is why neither `make test` nor CI runs it.
#
# All mounting happens in a namespace of its own, which takes its mounts and its
# processes with it however it ends; outside there is only a folder to remove.
set -eu

die() {
    printf 'fresh-machine: %s\n' "$*" >&2
    exit 1
}

say() {
    printf '==> %s\n' "$*"
}

# How this machine gets its packages: sources, keys, proxy, certificates, names.
# The rest of apt's settings may name programs that are not there.
copy_apt_settings() {
    rm -f "$root/etc/apt/sources.list"
    for path in /etc/apt/sources.list /etc/apt/sources.list.d \
        /etc/apt/auth.conf.d /etc/apt/keyrings /etc/apt/trusted.gpg.d \
        /usr/share/keyrings /usr/local/share/ca-certificates \
        /etc/ssl/certs/ca-certificates.crt /etc/resolv.conf /etc/hosts; do
        [ ! -e "$path" ] || cp -rL "$path" "$(dirname "$root$path")"
    done
    apt-config dump | grep -E '^Acquire::(http|https|Check-)' \
        >"$root/etc/apt/apt.conf.d/99host" || true
}

make_root() {
    mirror=$(apt-get indextargets --format "\$(RELEASE) \$(REPO_URI)" \
        'Created-By: Packages' |
        awk -v release="$VERSION_CODENAME" '$1 == release { print $2; exit }')
    debootstrap --variant=minbase --include=git,make,ca-certificates \
        "$VERSION_CODENAME" "$root" "$mirror" >"$root.log" 2>&1 ||
        { tail -n 20 "$root.log" >&2 && die "debootstrap failed"; }
    copy_apt_settings
    git clone --quiet --no-local . "$root/heddle"
}

mount_kernel_folders() {
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
}

# A login's environment and no more, save the way out.
inside() {
    env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        ${http_proxy:+"http_proxy=$http_proxy"} \
        ${https_proxy:+"https_proxy=$https_proxy"} \
        ${no_proxy:+"no_proxy=$no_proxy"} \
        chroot "$root" "$@"
}

seconds_of() {
    stat -c %Y "$1" 2>/dev/null || date +%s
}

# The stages are told from when the package list and the program were last
# written, so that what is typed stays the one command of the README.
try_it() {
    mount_kernel_folders
    say "make $*"
    began=$(date +%s) status=0
    inside make -C /heddle "$@" || status=$?
    ended=$(date +%s)
    installed=$(seconds_of "$root/var/lib/dpkg/status")
    built=$(seconds_of "$root/heddle/build/heddle")
    say "make $*: exit status $status; installing $((installed - began)) s," \
        "building $((built - installed)) s, the rest $((ended - built)) s"
    return "$status"
}

cd "$(dirname "$0")/.."
[ "$(id -u)" -eq 0 ] || die "needs root, for chroot"
command -v debootstrap >/dev/null || die "needs debootstrap"
# shellcheck source=/etc/os-release
. /etc/os-release

# The second half of this script: the same file, within the namespace.
if [ -n "${FRESH_MACHINE_ROOT:-}" ]; then
    root=$FRESH_MACHINE_ROOT
    say "making a minimal $PRETTY_NAME"
    make_root
    try_it "$@"
    exit
fi

[ $# -gt 0 ] || set -- bench QUICK=1
folder=$(mktemp -d)
export FRESH_MACHINE_ROOT="$folder/root"
mkdir "$FRESH_MACHINE_ROOT"
child=''
clean_up() {
    [ -z "$child" ] || kill -KILL "$child" 2>/dev/null || true
    wait
    # What was killed a moment ago may still be closing files.
    rm -rf --one-file-system "$folder" ||
        { sleep 1 && rm -rf --one-file-system "$folder"; }
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# In the background, where a signal to this script cannot be missed.
unshare --mount --pid --fork --kill-child sh "$0" "$@" &
child=$!
wait "$child"
