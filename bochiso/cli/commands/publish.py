"""`bochiso publish`: make a snapshot public, and write the public site with its open data."""

from collections.abc import Callable
from pathlib import Path

import click

from bochiso.cli.options import LANG, data_option, lang_option, measured_option, snapshot_options, t
from bochiso.cli.output import tell, telling_count
from bochiso.cli.usage import Command
from bochiso.errors import ComputeError
from bochiso.office.publication_decisions import propose
from bochiso.periods import Period
from bochiso.store.decisions.publications import VersionState
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.ledger import Ledger, open_ledger
from bochiso.store.snapshots.snapshot_selection import choose, snapshot_title
from bochiso.text import now, say


@click.command(
    cls=Command,
    help=t(
        "Công bố một kỳ số liệu (--as-of) và ghi trang công khai cùng dữ liệu mở ra thư mục (-o). "
        "Trang chỉ có những kỳ đã công bố.",
        "Make a snapshot public (--as-of) and write the public site with its open data into a folder (-o). "
        "The site has published snapshots only.",
    ),
)
@click.option(
    "-o",
    "--output",
    metavar=t("THƯ_MỤC", "DIR"),
    type=click.Path(readable=False, path_type=Path),
    help=t("Nơi ghi trang; dùng với mọi máy chủ web.", "Where the site goes, for any web server."),
)
@snapshot_options(against=False)
@click.option(
    "--reason",
    default="",
    metavar=t("LÝ_DO", "REASON"),
    help=t("Lý do, khi công bố bản đính chính.", "Why, where it corrects what was public."),
)
@measured_option
@data_option
@lang_option
def command(
    output: Path | None,
    as_of: str | None,
    period: Period | None,
    reason: str,
    measured: bool | None,
    data: Path,
) -> None:
    """Publish. Raises ComputeError where nothing is named to publish."""
    if output is None and as_of is None:
        raise ComputeError(
            say("chưa rõ cần công bố gì.", "it isn't said what to publish."),
            do=say(
                "Chọn kỳ số liệu bằng --as-of, hoặc nơi ghi trang bằng -o.",
                "Choose a snapshot with --as-of, or a folder with -o.",
            ),
        )
    folder = DataFolder(data)
    with open_ledger(folder, look=as_of is None) as ledger:
        if as_of is not None:
            _propose(folder, ledger, as_of, period, reason, measured)
        if output is not None:
            with telling_count(_progress) as told:
                files = _write(folder, ledger, output, told)
            tell(
                say(
                    "Đã ghi {n} tệp vào {folder}; mở index.html để xem.",
                    "Wrote {n} {n:file|files} into {folder}; open index.html.",
                    n=files,
                    folder=str(output),
                )
            )


def _progress(done: int) -> str:
    return say(
        "Đang dựng trang: đã ghi {n} tệp",
        "Writing the site: {n} {n:file|files} so far",
        n=done,
    ).render(LANG)


def _propose(
    folder: DataFolder, ledger: Ledger, as_of: str, period: Period | None, reason: str, measured: bool | None
) -> None:
    with open_store(folder, measured) as store:
        snapshot = choose(store, as_of, period)
        made = propose(ledger, by_command_line(now()), store, snapshot, reason)
    if made.state is VersionState.PUBLISHED:
        tell(
            say(
                "Đã công bố {title} (bản {version:d}{own}).",
                "Published {title} (version {version:d}{own_en}).",
                own=", tự đo từ hồ sơ" if measured else "",
                own_en=", measured here" if measured else "",
                title=snapshot_title(snapshot),
                version=made.version,
            )
        )
    else:
        tell(
            say(
                "Đã ghi đề xuất công bố {title}; chờ cán bộ khác duyệt trên trang Công bố.",
                "Proposed {title}; another officer approves it on the page Publishing.",
                title=snapshot_title(snapshot),
            )
        )


def _write(folder: DataFolder, ledger: Ledger, output: Path, told: Callable[[int], None]) -> int:
    from bochiso.web.app import public_site
    from bochiso.web.public.static_site import write_site
    from bochiso.web.site_app import create_pages

    site = public_site(folder, ledger)
    if not (site.published() or site.own_published()):
        raise ComputeError(
            say("chưa có kỳ số liệu nào được công bố.", "nothing has been published."),
            do=say(
                "Công bố một kỳ bằng --as-of, hoặc trên trang Công bố của `bochiso serve`.",
                "Publish a snapshot with --as-of, or on the page Publishing of `bochiso serve`.",
            ),
        )
    return write_site(create_pages(site), output, told)
