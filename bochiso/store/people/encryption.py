"""What must be read again can't be hashed: second factors' secrets are sealed with a key that the
ledger doesn't hold.

The key is BOCHISO_LEDGER_KEY, or the file ledger.key in the data folder, made when it is first
needed. A copy of the ledger alone, as a database's backup is one, gives no second factor away.
Servers that share one ledger share the key.
"""

import base64
import hmac
import os
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from bochiso.errors import StoreError, Where
from bochiso.store.folder import disk_errors, sync_folder
from bochiso.store.people.ledger import KEY_VARIABLE
from bochiso.text import say


def encrypt(key_file: Path, name: str, secret: str) -> str:
    """A secret of an account, unreadable without the key and of no use to another account."""
    return _fernet(key_file).encrypt(f"{name}\n{secret}".encode()).decode()


def decrypt(key_file: Path, name: str, sealed: str) -> str:
    """The secret that was sealed for an account. Raises StoreError where the key is another one."""
    try:
        owner, _, secret = _fernet(key_file).decrypt(sealed.encode()).decode().partition("\n")
    except InvalidToken:
        owner, secret = "", ""
    if owner != name:
        raise StoreError(
            say(
                "khóa của sổ cái không mở được xác thực hai lớp này.",
                "the ledger's key doesn't open this second factor.",
            ),
            where=Where(str(key_file)),
            do=say(
                "Khôi phục đúng tệp khóa, hoặc đặt lại bằng `bochiso account user totp-reset`.",
                "Restore the right key file, or reset it with `bochiso account user totp-reset`.",
            ),
        )
    return secret


def sign(key_file: Path, what: str) -> str:
    """What proves later that this ledger's key has seen some words; 43 signs."""
    key = os.environ.get(KEY_VARIABLE, "").encode() or _kept(key_file)
    digest = hmac.new(sha256(b"signing " + key).digest(), what.encode("utf-8", "surrogatepass"), sha256)
    return base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")


def _fernet(key_file: Path) -> Fernet:
    key = os.environ.get(KEY_VARIABLE, "").encode() or _kept(key_file)
    try:
        return Fernet(key)
    except ValueError:
        raise StoreError(
            say("khóa của sổ cái không đúng dạng.", "the ledger's key is none."),
            where=Where(KEY_VARIABLE if os.environ.get(KEY_VARIABLE) else str(key_file)),
            do=say(
                "Dùng 32 byte ngẫu nhiên viết theo base64 cho URL.",
                "Give 32 random bytes in URL-safe base64.",
            ),
        ) from None


def _kept(key_file: Path) -> bytes:
    """The key in the file; makes one where there is none."""
    with disk_errors(key_file):
        if not key_file.exists():
            fresh = key_file.with_suffix(f".new{os.getpid()}")
            with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(Fernet.generate_key())
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(fresh, key_file)  # whoever is first; the other reads what is there
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
            sync_folder(key_file.parent)
        return key_file.read_bytes().strip()
