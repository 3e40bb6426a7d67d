"""Names of fields of work, of rooms and of roles: what is kept of texts that may hold a person's name.

Such a text is kept as far as it is made of the words that offices are named with, so that whatever else
stands in it (a name, a number, an address) is left where it is. Each reader gives None where nothing of
a text is.
"""

import re
import unicodedata
from functools import cache

_FIELDS = """
an toàn|an toàn bức xạ|an toàn thực phẩm|an toàn vệ sinh lao động|biên giới|biển và hải đảo
biện pháp bảo đảm|báo chí|bưu chính|bảo hiểm|bảo hiểm xã hội|bảo hiểm y tế|bảo trợ xã hội|bảo tồn
bảo vệ thực vật|bồi thường nhà nước|bổ trợ tư pháp|chuyển đổi số|chính quyền địa phương|chính sách
chăn nuôi|chất lượng|chứng chỉ|chứng khoán|chứng thực|chữa bệnh|con nuôi|cán bộ, công chức|công chứng
công nghiệp|công nghệ|công nghệ thông tin|công sản|công thương|công trình|công tác|cơ yếu|cư trú
cấp huyện|cấp tỉnh|cấp xã|cụm công nghiệp|di sản văn hóa|doanh nghiệp|du lịch|dân quân tự vệ|dân số
dân tộc|dược|dược phẩm|dược, mỹ phẩm|dịch vụ|gia đình|giao thông|giao thông vận tải|giao thông đường bộ
giá|giám định|giám định tư pháp|giáo dục|giáo dục mầm non|giáo dục nghề nghiệp|giáo dục phổ thông
giáo dục thường xuyên|giáo dục tiểu học|giáo dục trung học|giáo dục đại học|giải quyết khiếu nại
giảm nghèo|hoạt động|hàng hóa|hàng hải|hàng không|hành nghề|hòa giải|hòa giải thương mại|hóa chất|hạ tầng
hạt nhân|hải quan|hệ thống văn bằng|hộ gia đình|hộ khẩu|hộ kinh doanh|hộ tịch|hội|hợp tác quốc tế
hợp tác xã|in|internet|khen thưởng|khiếu nại|khoa học|khoa học công nghệ|khoa học và công nghệ|khoáng sản
khu công nghiệp|khu kinh tế|khuyến nông|khám bệnh|khí|khí tượng|khí tượng thủy văn|kinh doanh|kinh tế
kiến trúc|kiểm lâm|kiểm toán|kế toán|kỹ thuật|lao động|liên thông|luật sư|lâm nghiệp|lãnh sự
lý lịch tư pháp|lĩnh vực|lưu thông hàng hóa|lưu trữ|lễ tân|mua bán|môi trường|mầm non|mỹ phẩm|mỹ thuật
nghề nghiệp|nghệ thuật biểu diễn|ngoại giao|ngành nghề|ngân hàng|ngân sách|người cao tuổi|người có công
người khuyết tật|nhiếp ảnh|nhà nước|nhà ở|nhân sự|nhượng quyền|nhập khẩu|nuôi con nuôi|nuôi trồng
nông nghiệp|nông thôn|nông thôn mới|năng lượng|nước|nước ngoài|nước sạch|nội vụ|phi chính phủ|pháp chế
pháp luật|phát hành|phát thanh|phát triển|phòng cháy|phòng chống|phòng, chống tham nhũng
phòng, chống thiên tai|phòng, chống tệ nạn xã hội|phổ biến|phổ biến giáo dục pháp luật|quy chế thi
quy hoạch|quy hoạch xây dựng|quyền tác giả|quản lý|quảng cáo|quốc phòng|quốc tịch|quỹ|rừng|sản xuất
sở hữu công nghiệp|sở hữu trí tuệ|sức khỏe|sự nghiệp công lập|tham nhũng|thanh niên|thanh tra|thi hành án
thi đua|thiên tai|thiết bị|thuế|thành lập|thông tin|thú y|thư viện|thương mại|thương mại quốc tế
thương mại điện tử|thể dục|thể thao|thống kê|thủy lợi|thủy nội địa|thủy sản|thừa phát lại|thực phẩm
tiêu chuẩn|tiếp công dân|tiền lương|trang thiết bị y tế|trong nước|truyền hình|truyền thông|trí tuệ
trò chơi điện tử|trẻ em|trọng tài|trồng trọt|trợ giúp pháp lý|trợ giúp xã hội|tuyên truyền|tuyển sinh
tài chính|tài nguyên|tài nguyên nước|tài sản|tài sản công|tín dụng|tín ngưỡng|tôn giáo|tư pháp
tư vấn pháp luật|tần số|tệ nạn xã hội|tố cáo|tổ chức|viên chức|viễn thông|việc làm|việt nam|vùng|văn bằng
văn hóa|văn hóa cơ sở|văn thư|văn thư lưu trữ|vận tải|vật liệu|vật liệu nổ|vật liệu xây dựng|vệ sinh|xe
xuất bản|xuất khẩu|xuất nhập cảnh|xuất nhập khẩu|xây dựng|xã hội|xúc tiến|xúc tiến thương mại|xăng dầu
y dược cổ truyền|y tế|y tế dự phòng|điều kiện|điện|điện lực|điện ảnh|đo lường|đo lường chất lượng|đo đạc
đào tạo|đê điều|đô thị|đăng kiểm|đăng ký|đường bộ|đường sắt|đường thủy nội địa|đất đai|đấu giá tài sản
đấu thầu|đầu tư|địa chất|địa phương|đối ngoại|ủy thác
"""

_ROOMS = """
ban|ban giám đốc|ban lãnh đạo|ban quản lý|bộ phận|bộ phận một cửa|bộ phận tiếp nhận|chi cục|chi nhánh
công an|công an phường|công an tỉnh|công an xã|cơ quan|cục|hđnd|hạt|hội đồng|hội đồng nhân dân|kho bạc
kho bạc nhà nước|lãnh đạo|một cửa|phòng|quầy|sở|thanh tra|thuế|trung tâm|trung tâm hành chính công
trung tâm phục vụ hành chính công|trạm|tổ|tổ công tác|ubnd|văn phòng|văn phòng hđnd|văn phòng ubnd
văn phòng đăng ký đất đai|đảng ủy|đội|ủy ban nhân dân
"""

_ROOM_PARTS = """
bồi thường|chuyên môn|chính sách|công dân|cải cách hành chính|giám sát|giải phóng mặt bằng|huyện
hành chính|hành chính công|hồ sơ|khoáng sản|khu vực|kiểm soát|kiểm soát thủ tục hành chính|kế hoạch
kế toán|lao động|liên xã|nghiệp vụ|phát triển nông thôn|phường|phục vụ|quản lý đô thị|quản trị|quận
quỹ đất|số|sở, ban, ngành|thành phố|thương binh|thương binh và xã hội|thẩm định|thị trấn|thị xã
thủ tục hành chính|tin học|tiếp nhận|tiếp nhận và trả kết quả|trả kết quả|trực thuộc|tài vụ|tỉnh|tổ chức
tổng hợp|xã|đăng ký kinh doanh|đăng ký đất đai|đơn vị|đặc khu|địa chính
"""

_ROLES = """
bí thư|chi cục trưởng|chuyên gia|chuyên viên|chuyên viên cao cấp|chuyên viên chính|chánh thanh tra
chánh văn phòng|chủ tịch|cán bộ|cán sự|công an|công chức|công chức tiếp nhận|cục trưởng|giám đốc
hạt trưởng|hộ tịch viên|kiểm lâm viên|kế toán|kế toán trưởng|kỹ sư|lãnh đạo|người tiếp nhận|nhân viên|phó
phó bí thư|phó chi cục trưởng|phó chánh thanh tra|phó chánh văn phòng|phó chủ tịch|phó cục trưởng
phó giám đốc|phó phòng|phó trưởng ban|phó trưởng phòng|quyền|thanh tra viên|thủ quỹ|thủ trưởng|trưởng ban
trưởng bộ phận|trưởng phòng|trưởng trạm|viên chức|văn thư
"""

_JOINTS = "và|của|về|trong|tại|cho|với|theo|thuộc|ngoài|các|khác|cấp|ngành|hoặc"

_GAP = r"(?:[\s,;/&–-]+|\s*[()]\s*)"
_LONGEST = 150


def field_name(text: str) -> str | None:
    """The name of a field of work (TenLinhVuc), whole or not at all.

    >>> field_name("Đất đai"), field_name("Tín ngưỡng, tôn giáo"), field_name("Nguyễn Văn An")
    ('Đất đai', 'Tín ngưỡng, tôn giáo', None)
    """
    plain = _plain(text)
    found = _fields().match(plain)
    return plain if found and found.end() == len(plain) and found[0].strip() else None


def room_name(text: str) -> str | None:
    """The name of a room or an office (PhongBanXuLy), as far as it is one.

    >>> room_name("Phòng Tư pháp - Nguyễn Văn An"), room_name("Nguyễn Văn An")
    ('Phòng Tư pháp', None)
    """
    return _start_of(_rooms(), text)


def role_name(text: str) -> str | None:
    """A role (ChucDanh), as far as it is one.

    >>> role_name("Phó Trưởng phòng Nguyễn Văn An"), role_name("An")
    ('Phó Trưởng phòng', None)
    """
    return _start_of(_roles(), text)


def _start_of(words: re.Pattern[str], text: str) -> str | None:
    found = words.match(_plain(text))
    return found[0].rstrip(" ,;/&–-(") if found else None


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())[:_LONGEST]


def _phrases(*lists: str) -> str:
    """One of the phrases, the longest first, ending where a word does."""
    phrases = {phrase for text in lists for line in text.split("\n") for phrase in line.split("|") if phrase}
    ordered = sorted(phrases, key=lambda each: (-len(each), each))
    return rf"(?:{'|'.join(map(re.escape, ordered))})(?![\w'])"


@cache
def _fields() -> re.Pattern[str]:
    part = _phrases(_FIELDS)
    joint = _phrases(_JOINTS)
    return re.compile(rf"{part}(?:{_GAP}(?:{joint}{_GAP})*{part})*[)\s]*", re.IGNORECASE)


@cache
def _rooms() -> re.Pattern[str]:
    start, part, joint = _phrases(_ROOMS), _phrases(_ROOMS, _ROOM_PARTS, _FIELDS), _phrases(_JOINTS)
    return re.compile(rf"{start}(?:{_GAP}(?:{joint}{_GAP})*{part})*\)?", re.IGNORECASE)


@cache
def _roles() -> re.Pattern[str]:
    start, part, joint = _phrases(_ROLES), _phrases(_ROLES, _ROOMS, _ROOM_PARTS, _FIELDS), _phrases(_JOINTS)
    return re.compile(rf"{start}(?:{_GAP}(?:{joint}{_GAP})*{part})*\)?", re.IGNORECASE)
