"""What `collect` and `serve` share: their options, and the collection that these ask for."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from bochiso.cli.options import rules_option, t
from bochiso.errors import ComputeError
from bochiso.intake.portal.client import BASE_URL, Pace, Portal, pace_for
from bochiso.intake.portal.requests import period_of
from bochiso.office.backend import Backend
from bochiso.office.collection import collect
from bochiso.periods import Period
from bochiso.rules.loader import rules_text
from bochiso.store.collection.collector import CollectionTarget, FetchStep, RunOutcome
from bochiso.store.figures.collection_record import WHOLE_COUNTRY
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.text import VIETNAM, now, say
from bochiso.units.codes import normalise_code

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--province",
        metavar=t("MÃ", "CODE"),
        help=t(
            "Thu thập cả các sở, ngành, xã, phường của tỉnh này, như H15; mặc định chỉ danh sách các tỉnh.",
            "Also the departments and communes of this province, as H15; without it the provinces alone.",
        ),
    ),
    click.option(
        "--year",
        type=click.IntRange(2026, 9999),
        metavar=t("NĂM", "YEAR"),
        help=t("Năm của số liệu; mặc định là năm nay.", "The year; this year by default."),
    ),
    click.option(
        "--quarter",
        type=click.IntRange(1, 4),
        metavar=t("QUÝ", "QUARTER"),
        help=t("Quý trong năm.", "A quarter of the year."),
    ),
    click.option(
        "--month",
        type=click.IntRange(1, 12),
        metavar=t("THÁNG", "MONTH"),
        help=t("Tháng trong năm.", "A month of the year."),
    ),
    click.option(
        "--base-url",
        default=BASE_URL,
        metavar="URL",
        help=t(f"Địa chỉ của Cổng; mặc định {BASE_URL}.", f"The portal's address; {BASE_URL} by default."),
    ),
    click.option(
        "--proxy",
        metavar="URL",
        help=t(
            "Máy chủ trung gian (proxy) của cơ quan; mặc định theo biến HTTPS_PROXY.",
            "Your network's proxy; HTTPS_PROXY by default.",
        ),
    ),
    click.option(
        "--ca-file",
        metavar=t("TỆP", "FILE"),
        type=click.Path(path_type=Path),
        help=t(
            "Tệp chứng thư gốc (PEM) của mạng cơ quan, tin cậy thêm ngoài các chứng thư của máy.",
            "Certificates (PEM) of your network, trusted beside the usual ones.",
        ),
    ),
    rules_option("qd766"),
)


def collecting_options(command: F) -> F:
    """What to collect, and how to reach the portal."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class Collection:
    """What the options ask for."""

    province: str | None
    year: int | None
    quarter: int | None
    month: int | None
    base_url: str
    proxy: str | None
    ca_file: Path | None
    rules: str

    @property
    def period(self) -> Period:
        """The period; of this year in Việt Nam where none was given."""
        return period_of(self.year or now().astimezone(VIETNAM).year, self.quarter, self.month)

    @property
    def scope(self) -> str:
        """The province, or the whole country."""
        return self.province or WHOLE_COUNTRY

    def run(
        self, data: DataFolder, tell: Callable[[FetchStep], None], rest: Callable[[float], None] | None = None
    ) -> RunOutcome:
        """Collect now; `rest` waits between requests. Raises BochisoError."""
        with self.portal(rest) as portal:
            target = CollectionTarget(self.province, self.period, rules_text(self.rules))
            return collect(Backend(data), by_command_line(now()), portal, target, tell=tell)

    def portal(self, rest: Callable[[float], None] | None = None) -> Portal:
        """The portal that the options name. Raises SourceError where they can't be used."""
        pace: Pace | None = None
        if rest is not None:
            usual = pace_for(self.base_url)
            pace = Pace(usual.seconds, usual.jitter, usual.retries, usual.backoff, usual.settle, rest)
        return Portal(self.base_url, pace=pace, proxy=self.proxy, ca_file=self.ca_file)


def wanted(options: dict[str, Any]) -> Collection:
    """The collection that the options ask for. Raises ComputeError where they don't go together."""
    if options["quarter"] is not None and options["month"] is not None:
        raise ComputeError(
            say("--quarter và --month không dùng cùng nhau.", "--quarter and --month don't go together."),
            do=say("Chọn một trong hai.", "Choose one of them."),
        )
    if (province := options["province"]) is not None:
        options["province"] = normalise_code(province)
        if not re.fullmatch(r"H\d{2}", options["province"]):
            raise ComputeError(
                say(
                    "“{code}” không phải mã tỉnh, thành phố.",
                    "“{code}” is no province's code.",
                    code=province,
                ),
                do=say("Viết như H15.", "Write it as H15."),
            )
    return Collection(**options)
