#!/bin/sh
# Cài bochiso từ bộ cài này, không cần mạng.
#   ./install.sh [--prefix /opt/bochiso] [--key khoa.pem]   cài hoặc cập nhật; --key: kiểm tra chữ ký bằng khóa công khai
#   ./install.sh --back [--prefix /opt/bochiso]   trở lại bản liền trước
# Mỗi bản ở một thư mục riêng (releases/…); `current` trỏ tới bản đang dùng. Chạy bằng root thì đặt cả các tệp dịch vụ.
set -eu
umask 022

fail() { echo "Lỗi: $1" >&2; exit 1; }

prefix=/opt/bochiso back= key= package=
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) [ $# -ge 2 ] || fail "thiếu thư mục sau --prefix."; prefix=$2; shift 2 ;;
    --key) [ $# -ge 2 ] || fail "thiếu tệp khóa sau --key."; key=$2; shift 2 ;;
    --back) back=1; shift ;;
    --package) package=1; shift ;; # gói .deb đã đặt người dùng và các tệp dịch vụ
    *) fail "không rõ “$1”. Dùng: ./install.sh [--back] [--prefix THƯ_MỤC] [--key KHÓA]" ;;
  esac
done
here=$(cd "$(dirname "$0")" && pwd)

point() { # $1: tên bản
  ln -sfn "releases/$1" "$prefix/.current"
  mv -T "$prefix/.current" "$prefix/current"
}

if [ -n "$back" ]; then
  [ -f "$prefix/previous" ] || fail "không có bản liền trước ở $prefix."
  before=$(cat "$prefix/previous")
  [ -x "$prefix/releases/$before/bin/bochiso" ] || fail "bản $before không còn ở $prefix/releases."
  basename "$(readlink "$prefix/current")" > "$prefix/previous.new"
  point "$before"
  mv "$prefix/previous.new" "$prefix/previous"
  echo "Đã trở lại bản $before. Thư mục số liệu mà bản mới đã nâng lên thì khôi phục từ bản sao lưu. Khởi động lại dịch vụ."
  exit 0
fi

if [ -n "$key" ]; then
  [ -f "$here/SHA256SUMS.sig" ] || fail "bộ cài này không có chữ ký."
  openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$here/SHA256SUMS" -sigfile "$here/SHA256SUMS.sig" \
    >/dev/null 2>&1 || fail "chữ ký của bộ cài không đúng với khóa $key; lấy lại bộ cài từ nguồn."
fi
(cd "$here" && sha256sum --quiet --check SHA256SUMS) || fail "bộ cài không nguyên vẹn; chép lại từ nguồn."
version=$(cat "$here/VERSION")
pythons=$(cat "$here/PYTHONS")
platform=$(uname -s)-$(uname -m)
case " $(cat "$here/PLATFORM") " in
  *" $platform "*) ;;
  *) fail "bộ cài này cho $(cat "$here/PLATFORM"), máy này là $platform." ;;
esac

python=
for each in $pythons; do
  if command -v "python$each" >/dev/null 2>&1 && "python$each" -c 'import ensurepip, venv' 2>/dev/null; then
    python=python$each
    break
  fi
done
[ -n "$python" ] || fail "cần Python $pythons có venv (Debian: apt install python3-venv)."

target=$prefix/releases/$version
mkdir -p "$prefix/releases"
rm -rf "$target.new"
"$python" -m venv "$target.new"
"$target.new/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links "$here/wheels" \
  --require-hashes -r "$here/requirements.txt"
"$target.new/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps \
  "$here"/wheels/bochiso-*.whl
rm -rf "$target"
mv "$target.new" "$target"
# Tệp lệnh ghi đường dẫn lúc tạo; viết lại theo chỗ ở sau cùng.
cat > "$target/bin/bochiso" <<EOF
#!/bin/sh
exec "$target/bin/python" -m bochiso.cli "\$@"
EOF
chmod 755 "$target/bin/bochiso"
"$target/bin/bochiso" --version

if [ -L "$prefix/current" ] && [ "$(basename "$(readlink "$prefix/current")")" != "$version" ]; then
  basename "$(readlink "$prefix/current")" > "$prefix/previous"
fi
point "$version"

if [ -z "$package" ] && [ "$(id -u)" = 0 ] && [ -d /run/systemd/system ]; then
  id bochiso >/dev/null 2>&1 || useradd --system --home-dir /srv/bochiso --shell /usr/sbin/nologin bochiso
  install -d -m 700 -o bochiso -g bochiso /srv/bochiso /sao-luu /sao-luu/bochiso
  for unit in "$here"/packaging/*.service "$here"/packaging/*.timer; do
    sed "s|/opt/bochiso/|$prefix/|g" "$unit" > "/etc/systemd/system/$(basename "$unit")"
  done
  ln -sfn "$prefix/current/bin/bochiso" /usr/local/bin/bochiso
  systemctl daemon-reload
  echo "Bật dịch vụ: systemctl enable --now bochiso bochiso-backup.timer bochiso-verify.timer"
fi
if [ "$(id -u)" = 0 ] && id bochiso >/dev/null 2>&1; then
  setpriv --reuid bochiso --regid bochiso --clear-groups "$target/bin/bochiso" --version >/dev/null 2>&1 ||
    fail "người dùng bochiso không chạy được $(readlink -f "$target/bin/python"); cài Python của hệ thống (apt install python3-venv) rồi cài lại."
fi
echo "Đã cài bochiso $version ở $prefix."
