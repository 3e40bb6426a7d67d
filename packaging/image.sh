#!/bin/sh
# Lập ảnh OCI từ bộ cài đã giải nén, không cần kho ảnh nào: Debian lấy từ kho gói của Debian, bochiso từ bộ cài.
#   packaging/image.sh [--suite trixie] [--without-pdf] [--output bochiso-image.tar]
# Cần mmdebstrap và buildah (Debian: apt install mmdebstrap buildah). Cùng bộ cài, cùng kho gói thì cùng một ảnh.
# --without-pdf: không có LibreOffice (ảnh nhỏ hơn nhiều, không lập được bản PDF của văn bản).
set -eu
umask 022

fail() { echo "Lỗi: $1" >&2; exit 1; }

suite=trixie output=bochiso-image.tar
office=libreoffice-writer-nogui,fonts-liberation,poppler-utils
while [ $# -gt 0 ]; do
  case $1 in
    --suite) [ $# -ge 2 ] || fail "thiếu tên bản Debian sau --suite."; suite=$2; shift 2 ;;
    --output) [ $# -ge 2 ] || fail "thiếu tệp sau --output."; output=$2; shift 2 ;;
    --without-pdf) office=; shift ;;
    *) fail "không rõ “$1”. Dùng: image.sh [--suite BẢN] [--without-pdf] [--output TỆP]" ;;
  esac
done
[ "$suite" != bookworm ] || office=$(echo "$office" | sed s/fonts-liberation/fonts-liberation2/)
here=$(cd "$(dirname "$0")/.." && pwd)
[ -f "$here/SHA256SUMS" ] || fail "không thấy bộ cài ở $here; chạy từ thư mục của bộ cài đã giải nén."
for each in mmdebstrap buildah; do
  command -v "$each" >/dev/null || fail "thiếu $each (Debian: apt install mmdebstrap buildah)."
done
version=$(cat "$here/VERSION")
# Mọi thời điểm trong ảnh là của bộ cài.
SOURCE_DATE_EPOCH=$(stat -c %Y "$here/VERSION")
export SOURCE_DATE_EPOCH

work=$(mktemp -d "${TMPDIR:-/tmp}/bochiso-image.XXXXXX")
trap 'rm -rf "$work"' EXIT
# Tệp đã biên dịch ghi mã băm thay cho thời điểm, để lần nào lập cũng như nhau.
cat > "$work/inside.sh" <<'EOF'
set -eu
groupadd --gid 8766 bochiso
useradd --uid 8766 --gid 8766 --home-dir /srv/bochiso --no-create-home --shell /usr/sbin/nologin bochiso
install -d -m 700 -o bochiso -g bochiso /srv/bochiso
/tmp/bundle/install.sh --package
cd /opt/bochiso/current
find . -name __pycache__ -type d -prune -exec rm -rf {} +
PYTHONHASHSEED=0 bin/python -m compileall -q -j 1 --invalidation-mode unchecked-hash lib
rm -rf /tmp/bundle /tmp/inside.sh
EOF
mmdebstrap --quiet --variant=minbase --dpkgopt=force-unsafe-io \
  --include="python3,python3-venv,ca-certificates,tzdata${office:+,$office}" \
  --customize-hook="mkdir \"\$1/tmp/bundle\" && cp -a \"$here/.\" \"\$1/tmp/bundle/\"" \
  --customize-hook="cp \"$work/inside.sh\" \"\$1/tmp/\" && chroot \"\$1\" /bin/sh /tmp/inside.sh" \
  "$suite" "$work/root.tar"
cp "$here/packaging/Containerfile" "$work/"
rm "$work/inside.sh"
# Dạng của Docker, vì dạng OCI không có chỗ ghi việc kiểm tra sức khỏe; podman và Docker đều nạp được.
buildah build --quiet --isolation chroot --format docker --timestamp "$SOURCE_DATE_EPOCH" \
  --tag "localhost/bochiso:$version" "$work" > /dev/null
rm -f "$work/root.tar" "$output"
buildah push --quiet "localhost/bochiso:$version" "docker-archive:$work/made.tar:localhost/bochiso:$version"
python3 "$here/packaging/same_image.py" "$work/made.tar" "$output"
buildah rmi "localhost/bochiso:$version" > /dev/null
echo "Đã lập ảnh bochiso $version: $output. Nạp vào máy: podman load -i $output"
