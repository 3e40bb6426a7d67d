"""The pages of forms: what they say is what the command makes, to those who may see it."""

from collections.abc import Iterator
from datetime import date

import pytest
from form_workbooks import NEW_HEADS, sent_workbook
from loopback_server import Served, serving
from officer_clients import officer

from bochiso.periods import parse_period
from bochiso.report.forms.filled_forms import FormRequest, fill_forms
from bochiso.simulate.rhythm import Rhythm
from bochiso.simulate.writing import write_province
from bochiso.store.dossiers.file_import import import_dossiers, import_records
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.people.permissions import Role
from bochiso.text import Lang, count, now

AT = "don-vi=H15.24&ky=2026-05@15"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = tmp_path_factory.mktemp("province")
    write_province(made, "H15", 1_000, 9, Rhythm(date(2026, 1, 1), date(2026, 6, 30)))
    folder = DataFolder(tmp_path_factory.mktemp("data") / "own")
    for kind in ("units", "procedures", "petitions"):
        table = made / f"{kind}.csv"
        import_records(folder, kind, [(table.name, table.read_bytes())])
    import_dossiers(folder, [made / "dossiers.jsonl", made / "steps.jsonl"])
    with serving(folder) as found:
        yield found


def test_the_page_shows_the_form_s_own_numbers_and_gives_its_files(served: Served) -> None:
    with open_dossiers(served.folder) as db:
        (form,) = fill_forms(db, FormRequest("07a", parse_period("2026-05@15"), "H15.24"), now())
    total = form.tables[0].total.values
    with officer(served) as lan:
        page = lan.get(f"/bieu-mau?loai=07a&{AT}").text
        for value in total.values():
            assert f"<b>{count(value or 0, Lang.VI)}</b>" in page
        for kind, start in (("xlsx", b"PK"), ("docx", b"PK")):
            answer = lan.get(f"/bieu-mau/tep.{kind}?loai=07a&{AT}")
            assert (answer.status_code, answer.content[:2]) == (200, start)
        assert lan.get("/bieu-mau?ky=hom-nay").status_code == 422
        compared = lan.get(f"/doi-chieu-bieu-mau?{AT}&so=received&vi=cut_off")
        assert compared.status_code == 200
        assert "Chưa giải thích được" in compared.text


def test_a_unit_s_officer_sees_and_sends_the_own_unit_s_form_alone(served: Served) -> None:
    good = sent_workbook(NEW_HEADS, [("Hộ tịch", 5, 3, 0, 0, 1, 1, 4, 2, 1, 1, 1, 1, 0)])
    bad = sent_workbook(NEW_HEADS, [("Hộ tịch", 9, 3, 0, 0, 1, 1, 4, 2, 1, 1, 1, 1, 0)])
    with officer(served, "hoa", Role.UNIT, "H15.24") as hoa:
        assert hoa.get(f"/bieu-mau?loai=07a&{AT}").status_code == 200
        assert hoa.get("/bieu-mau?loai=07a&don-vi=H15.18").status_code == 403
        assert hoa.get("/bieu-mau/tep.xlsx?loai=07b&don-vi=H15&ky=2026-05@15").status_code == 403
        place = "/bieu-mau/da-gui"
        fields = {"don-vi": "H15.24", "ky": "2026-05@15"}
        refused = hoa.post(place, fields, files={"tep": ("sai.xlsx", bad)})
        assert refused.status_code == 422
        assert "sai.xlsx › Biểu, dòng 4" in refused.text
        other = hoa.post(place, {"don-vi": "H15.18", "ky": "2026-05@15"}, files={"tep": ("a.xlsx", good)})
        assert "không gửi được biểu của Sở Xây dựng" in other.text
        kept = hoa.post(place, fields, files={"tep": ("dung.xlsx", good)})
        assert kept.status_code == 200
        assert "đã nhận biểu của H15.24" in " ".join(kept.text.split())
