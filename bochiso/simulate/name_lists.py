"""Names of the units and procedures that are simulated.

Đắk Lắk (H15) has its 14 departments and the names of its 102 communes since 1 July 2025; the
codes below H15 are invented. Any other province has 102 communes with names put together.
"""

from itertools import product
from typing import NamedTuple

from bochiso.units.model import Level, Unit
from bochiso.units.provinces import Province

_DEPARTMENTS = {
    "01": "Sở Dân tộc và Tôn giáo",
    "02": "Ban Quản lý các khu công nghiệp",
    "05": "Sở Công Thương",
    "06": "Sở Giáo dục và Đào tạo",
    "09": "Sở Khoa học và Công nghệ",
    "11": "Sở Nội vụ",
    "13": "Sở Tài chính",
    "16": "Sở Tư pháp",
    "17": "Sở Văn hóa, Thể thao và Du lịch",
    "18": "Sở Xây dựng",
    "19": "Sở Y tế",
    "20": "Thanh tra",
    "24": "Sở Nông nghiệp và Môi trường",
    "26": "Sở Ngoại vụ",
}
INSPECTORATE = "20"
"""The department that receives no dossiers."""

_WARDS = (
    "Buôn Ma Thuột, Tân An, Tân Lập, Thành Nhất, Ea Kao, Buôn Hồ, Cư Bao, Tuy Hòa, Phú Yên, Bình Kiến, "
    "Xuân Đài, Sông Cầu, Đông Hòa, Hòa Hiệp"
)
_RURAL = (
    "Hòa Phú, Ea Drông, Ea Súp, Ea Rốk, Ea Bung, Ia Rvê, Ia Lốp, Ea Wer, Ea Nuôl, Buôn Đôn, Ea Kiết, "
    "Ea M'Droh, Quảng Phú, Cuôr Đăng, Cư M'gar, Ea Tul, Pơng Drang, Krông Búk, Cư Pơng, Ea Khăl, Ea Drăng, "
    "Ea Wy, Ea H'Leo, Ea Hiao, Krông Năng, Dliê Ya, Tam Giang, Phú Xuân, Krông Pắc, Ea Knuếc, Tân Tiến, "
    "Ea Phê, Ea Kly, Vụ Bổn, Ea Kar, Ea Ô, Ea Knốp, Cư Yang, Ea Păl, M'Drắk, Ea Riêng, Cư M'ta, Krông Á, "
    "Cư Prao, Ea Trang, Hòa Sơn, Dang Kang, Krông Bông, Yang Mao, Cư Pui, Liên Sơn Lắk, Đắk Liêng, Nam Ka, "
    "Đắk Phơi, Krông Nô, Ea Ning, Dray Bhăng, Ea Ktur, Krông Ana, Dur Kmăl, Ea Na, Xuân Thọ, Xuân Cảnh, "
    "Xuân Lộc, Hòa Xuân, Tuy An Bắc, Tuy An Đông, Ô Loan, Tuy An Nam, Tuy An Tây, Phú Hòa 1, Phú Hòa 2, "
    "Tây Hòa, Hòa Thịnh, Hòa Mỹ, Sơn Thành, Sơn Hòa, Vân Hòa, Tây Sơn, Suối Trai, Ea Ly, Ea Bá, Đức Bình, "
    "Sông Hinh, Xuân Lãnh, Phú Mỡ, Xuân Phước, Đồng Xuân"
)
_FIRST = ("Tân", "Hòa", "Bình", "Phú", "An", "Vĩnh", "Long", "Thanh", "Đông", "Xuân")
_SECOND = ("Lập", "Sơn", "Thịnh", "Phong", "Phước", "Mỹ", "Tiến", "Thành", "Lộc", "Trung", "Hưng")


def official_name(province: Province) -> str:
    """A province as the portal writes it: UBND tỉnh Đắk Lắk, UBND Thành phố Huế."""
    kind = "Thành phố" if province.kind.lower() == "thành phố" else province.kind
    return f"UBND {kind} {province.name}"


def units_of(province: Province) -> list[Unit]:
    """The departments, then the communes of a province: 14 and 102."""
    top, whole = province.code, f"{province.kind} {province.name}"
    offices = _DEPARTMENTS | {INSPECTORATE: f"{_DEPARTMENTS[INSPECTORATE]} {province.kind}"}
    departments = [
        Unit(f"{top}.{number}", f"{name} - {whole}", Level.DEPARTMENT, top)
        for number, name in offices.items()
    ]
    communes = [
        Unit(f"{top}.{number}", f"UBND {name}", Level.COMMUNE, top)
        for number, name in enumerate(_communes(province.code), start=101)
    ]
    return departments + communes


def _communes(province: str) -> list[str]:
    if province == "H15":
        wards, rural = _WARDS.split(", "), _RURAL.split(", ")
    else:
        names = [" ".join(pair) for pair in product(_FIRST, _SECOND)]
        wards, rural = names[:14], names[14:102]
    return [f"phường {name}" for name in wards] + [f"xã {name}" for name in rural]


class ListedProcedure(NamedTuple):
    """A procedure (thủ tục hành chính) as the catalogue lists it."""

    code: str
    name: str


PROCEDURES = tuple(
    ListedProcedure(*pair)
    for pair in (
        (
            "2.000815",
            "Thủ tục chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan, tổ chức có thẩm quyền "
            "của Việt Nam cấp hoặc chứng nhận",
        ),
        ("2.000884", "Thủ tục chứng thực chữ ký trong các giấy tờ, văn bản"),
        ("2.000908", "Thủ tục cấp bản sao từ sổ gốc"),
        ("2.000635", "Thủ tục cấp bản sao Trích lục hộ tịch"),
        ("1.001193", "Thủ tục đăng ký khai sinh"),
        ("1.000656", "Thủ tục đăng ký khai tử"),
        ("1.000894", "Thủ tục đăng ký kết hôn"),
        ("1.001022", "Thủ tục đăng ký nhận cha, mẹ, con"),
        ("1.004873", "Thủ tục cấp Giấy xác nhận tình trạng hôn nhân"),
        ("1.004859", "Thủ tục thay đổi, cải chính, bổ sung thông tin hộ tịch"),
        ("1.001612", "Đăng ký thành lập hộ kinh doanh"),
        ("2.000720", "Đăng ký thay đổi nội dung đăng ký hộ kinh doanh"),
    )
)
