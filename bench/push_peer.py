"""The peer of pushing: FastAPI, a pydantic model of the message, a row in PostgreSQL for each dossier.

Pooled connections; every dossier is inserted and committed on its own, since each is accepted or
refused on its own. PostgreSQL's synchronous_commit is on, so an answer means that it is on disk.
"""

import os
import queue

import psycopg
from fastapi import FastAPI
from psycopg.types.json import Jsonb
from pydantic import BaseModel

CLIENTS = 8

TABLE = """
create table dossiers (
    number text primary key, procedure text, channel text, status text, filed text, received text,
    due text, done text, returned text, refused text, reused text, vneid text, paid text,
    files jsonb, fees jsonb, supplements jsonb, results jsonb, bases jsonb)
"""
INSERT = """
insert into dossiers values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (number) do update set status = excluded.status, done = excluded.done
"""


class File(BaseModel):
    """A file that was handed in."""

    TenTepDinhKem: str | None = None
    IsDeleted: str | None = None
    DuocTaiSuDung: str | None = None
    DuocLayTuKhoDMQG: str | None = None


class Fee(BaseModel):
    """A fee."""

    Gia: str | None = None


class Supplement(BaseModel):
    """A request for supplements."""

    NgayBoSung: str | None = None
    NgayTiepNhanBoSung: str | None = None


class Result(BaseModel):
    """A paper of the result."""

    DuongDanTepTinKetQua: str | None = None


class Database(BaseModel):
    """A database that was asked."""

    MaCSDL: str | None = None


class Dossier(BaseModel):
    """What of a dossier the index reads."""

    MaHoSo: str
    MaTTHC: str | None = None
    KenhThucHien: str | None = None
    TrangThaiHoSo: str
    NgayNopHoSo: str | None = None
    NgayTiepNhan: str | None = None
    NgayHenTra: str | None = None
    NgayKetThucXuLy: str | None = None
    NgayTra: str | None = None
    NgayTuChoi: str | None = None
    HoSoCoThanhPhanSoHoa: str | None = None
    TaiKhoanDuocXacThucVoiVNeID: str | None = None
    DuocThanhToanTrucTuyen: str | None = None
    TaiLieuNop: list[File] = []
    DanhSachLePhi: list[Fee] = []
    DanhSachHoSoBoSung: list[Supplement] = []
    DanhSachGiayToKetQua: list[Result] = []
    DSKetNoiCSDL: list[Database] = []


SCALARS = tuple(Dossier.model_fields)[:13]
LISTS = tuple(Dossier.model_fields)[13:]


def create_app() -> FastAPI:
    """The application; uvicorn calls it."""
    pool: queue.Queue[psycopg.Connection] = queue.Queue()
    for _ in range(CLIENTS):
        pool.put(psycopg.connect(os.environ["PEER"], autocommit=True))
    app = FastAPI()

    @app.post("/DongBoHoSoMC")
    def dossiers(items: list[Dossier]) -> dict[str, object]:
        connection = pool.get()
        try:
            for each in items:
                connection.execute(INSERT, row(each))
        finally:
            pool.put(connection)
        return {"error_code": 0, "result": [{"MaHoSo": each.MaHoSo, "error_code": 0} for each in items]}

    return app


def row(dossier: Dossier) -> list[object]:
    """A row of the table."""
    parts = (Jsonb([each.model_dump() for each in getattr(dossier, n)]) for n in LISTS)
    return [*(getattr(dossier, name) for name in SCALARS), *parts]
