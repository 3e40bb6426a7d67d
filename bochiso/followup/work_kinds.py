"""The lists of work: what the items of each are, when they can be mended, what is to be done with them."""

from enum import StrEnum

from msgspec import Struct

from bochiso.measure.missed.why_missed import Mend, Why
from bochiso.text import Text, say


class ItemKind(StrEnum):
    """What a list is of."""

    DOSSIER = "dossier"
    PROCEDURE = "procedure"
    PUBLICATION = "publication"
    PETITION = "petition"


ITEM_NAMES = {
    ItemKind.DOSSIER: Text("hồ sơ", "dossiers"),
    ItemKind.PROCEDURE: Text("thủ tục", "procedures"),
    ItemKind.PUBLICATION: Text("thủ tục đã công bố", "published procedures"),
    ItemKind.PETITION: Text("phản ánh, kiến nghị", "petitions"),
}


class WorkKind(Struct, frozen=True):
    """A list of work. `code`: of the indicator that it is of, else WAITING or REFUSED, which earn no points.

    `slug`: its name in commands and addresses. `what`: what its items are; `do`: what is to be done.
    """

    code: str
    slug: str
    of: ItemKind
    mend: Mend
    what: Text
    do: Text


WAITING, REFUSED = "WAITING", "REFUSED"

WORK_KINDS = (
    WorkKind(
        "RESOLVED_ON_TIME", "2.1", ItemKind.DOSSIER, Mend.NEVER,
        say("hồ sơ quá hạn, đã kết thúc hoặc đang giải quyết", "late dossiers, ended or open"),
        say(
            "Hồ sơ đang giải quyết: xử lý dứt điểm, xin lỗi và hẹn lại theo quy định. Điểm đã mất không lấy "
            "lại được; việc cần làm là không để phát sinh hồ sơ quá hạn mới.",
            "Finish those that are open, apologise and appoint a new date. The points are lost; what counts "
            "is that no other falls late.",
        ),
    ),
    WorkKind(
        "ONLINE_FILING", "3.3", ItemKind.DOSSIER, Mend.NEVER,
        say("hồ sơ không nộp trực tuyến", "dossiers not filed online"),
        say(
            "Hướng dẫn người dân, doanh nghiệp nộp trực tuyến từ lần sau; hồ sơ đã nộp không đổi được kênh.",
            "Help people to file online the next time; a dossier's channel can't be changed.",
        ),
    ),
    WorkKind(
        "PAYMENT_DOSSIERS", "3.6", ItemKind.DOSSIER, Mend.WHILE_OPEN,
        say("hồ sơ có phí, lệ phí chưa thanh toán trực tuyến", "dossiers with a fee not paid online"),
        say(
            "Hồ sơ đang giải quyết, chưa thu phí: mời thanh toán trực tuyến trên Cổng Dịch vụ công quốc gia, "
            "rồi đồng bộ lại. Hồ sơ đã thu bằng cách khác không sửa được.",
            "Of those that are open and not yet paid, ask for payment on the portal and send them again.",
        ),
    ),
    WorkKind(
        "ORIGINAL_RESULT_AVAILABLE", "4.1", ItemKind.DOSSIER, Mend.ALWAYS,
        say("hồ sơ chưa có kết quả điện tử", "dossiers without an electronic result"),
        say(
            "Đính kèm tệp kết quả giải quyết (bản điện tử có ký số) vào hồ sơ, rồi đồng bộ lại lên Cổng.",
            "Attach the signed electronic result and send the dossier again.",
        ),
    ),
    WorkKind(
        "SO_HOA_GIAY_TO_GIAI_QUYET", "4.2", ItemKind.DOSSIER, Mend.ALWAYS,
        say("hồ sơ chưa số hóa đủ", "dossiers not digitised"),
        say(
            "Số hóa thành phần hồ sơ, kết quả còn thiếu và đính kèm vào hồ sơ, rồi đồng bộ lại lên Cổng.",
            "Digitise what lacks of components and results, attach it, send the dossier again.",
        ),
    ),
    WorkKind(
        "REUSED_DIGITIZED_DATA", "4.3", ItemKind.DOSSIER, Mend.WHILE_OPEN,
        say("hồ sơ không tái sử dụng dữ liệu số hóa", "dossiers that reuse no digitised data"),
        say(
            "Hồ sơ đang giải quyết: lấy lại giấy tờ đã số hóa thay vì yêu cầu nộp mới. Hồ sơ đã kết thúc "
            "không sửa được.",
            "Of those that are open, take papers that were digitised before.",
        ),
    ),
    WorkKind(
        "SYNCED_WITH_DVCQG_PERSONAL_STORAGE", "4.4", ItemKind.DOSSIER, Mend.ALWAYS,
        say(
            "hồ sơ chưa kết nối kho dữ liệu điện tử của tổ chức, cá nhân",
            "dossiers without the citizen's store",
        ),
        say(
            "Đưa kết quả giải quyết vào kho dữ liệu điện tử của tổ chức, cá nhân, rồi đồng bộ lại hồ sơ.",
            "Put the result into the citizen's store and send the dossier again.",
        ),
    ),
    WorkKind(
        "CITIZEN_DATA_CONNECTED_DOSSIER", "4.5a", ItemKind.DOSSIER, Mend.WHILE_OPEN,
        say("hồ sơ chưa khai thác dữ liệu dân cư", "dossiers without population data"),
        say(
            "Hồ sơ đang giải quyết: tra cứu, xác thực thông tin công dân qua Cơ sở dữ liệu quốc gia về dân "
            "cư. Hồ sơ đã kết thúc không sửa được.",
            "Of those that are open, look the applicant's data up in the population database.",
        ),
    ),
    WorkKind(
        "DOSSIER_RECEIVING_SATISFACTION", "5.4", ItemKind.DOSSIER, Mend.NEVER,
        say(
            "hồ sơ quá hạn, bị phản ánh hoặc không được hài lòng",
            "dossiers late, complained about or disliked",
        ),
        say(
            "Làm rõ nguyên nhân, trả lời người dân, doanh nghiệp; điểm đã mất không lấy lại được.",
            "Find the cause and answer the citizen; the points are lost.",
        ),
    ),
    WorkKind(
        "ONLINE_PROVISION", "3.1", ItemKind.PROCEDURE, Mend.ALWAYS,
        say("thủ tục chưa cung cấp trực tuyến", "procedures not offered online"),
        say(
            "Rà soát điều kiện, tái cấu trúc quy trình và cung cấp trực tuyến một phần hoặc toàn trình.",
            "Review the procedure and offer it online, partly or end to end.",
        ),
    ),
    WorkKind(
        "ONLINE_WITH_DOSSIERS", "3.2", ItemKind.PROCEDURE, Mend.ALWAYS,
        say(
            "dịch vụ công trực tuyến chưa phát sinh hồ sơ trực tuyến",
            "online services without an online dossier",
        ),
        say(
            "Tuyên truyền, hướng dẫn nộp trực tuyến: mỗi dịch vụ chỉ cần một hồ sơ trực tuyến trong kỳ.",
            "Help people to file online: one online dossier in the period is enough for each.",
        ),
    ),
    WorkKind(
        "PAYMENT_PROCEDURES", "3.4", ItemKind.PROCEDURE, Mend.ALWAYS,
        say(
            "thủ tục có phí, lệ phí chưa phát sinh thanh toán trực tuyến",
            "fee procedures without an online payment",
        ),
        say(
            "Hướng dẫn thanh toán trực tuyến: mỗi thủ tục chỉ cần một giao dịch trực tuyến trong kỳ.",
            "One online payment in the period is enough for each.",
        ),
    ),
    WorkKind(
        "PAYMENT_INTEGRATED", "3.5", ItemKind.PROCEDURE, Mend.ALWAYS,
        say(
            "thủ tục có phí, lệ phí chưa tích hợp thanh toán trên Cổng",
            "fee procedures not integrated for payment",
        ),
        say(
            "Phối hợp tích hợp thanh toán phí, lệ phí của thủ tục trên Cổng Dịch vụ công quốc gia.",
            "Integrate the procedure's payment on the national portal.",
        ),
    ),
    WorkKind(
        "CITIZEN_DATA_CONNECTED_FORMALITY", "4.5b", ItemKind.PROCEDURE, Mend.ALWAYS,
        say("thủ tục chưa kết nối dữ liệu dân cư", "procedures not connected to population data"),
        say(
            "Kết nối thủ tục với Cơ sở dữ liệu quốc gia về dân cư; chỉ cần một hồ sơ có khai thác dữ liệu.",
            "Connect the procedure to the population database; one dossier that uses it is enough.",
        ),
    ),
    WorkKind(
        "PUBLISH_ON_TIME", "1.1", ItemKind.PUBLICATION, Mend.NEVER,
        say("thủ tục công bố chậm", "procedures published late"),
        say(
            "Làm rõ trách nhiệm tham mưu; theo dõi sổ công bố để không chậm thêm. Điểm đã mất không lấy lại "
            "được.",
            "Find who was late; watch the register of publications. The points are lost.",
        ),
    ),
    WorkKind(
        "PUBLIC_UPDATE_ON_TIME", "1.2", ItemKind.PUBLICATION, Mend.NEVER,
        say(
            "thủ tục cập nhật chậm vào Cơ sở dữ liệu quốc gia về TTHC",
            "procedures entered late in the national database",
        ),
        say(
            "Thủ tục chưa cập nhật: nhập ngay. Điểm của lần chậm này không lấy lại được.",
            "Enter at once those that are not yet there. The points are lost.",
        ),
    ),
    WorkKind(
        "PUBLIC_CONTENT_FULL", "1.3", ItemKind.PUBLICATION, Mend.ALWAYS,
        say("thủ tục công khai chưa đủ nội dung", "public procedures that lack mandatory parts"),
        say(
            "Bổ sung các bộ phận tạo thành còn thiếu của thủ tục trong Cơ sở dữ liệu quốc gia về TTHC.",
            "Fill in the parts that lack in the national database.",
        ),
    ),
    WorkKind(
        "PETITION_PROCESSING_ON_TIME", "5.2", ItemKind.PETITION, Mend.NEVER,
        say("phản ánh, kiến nghị xử lý quá hạn", "petitions handled late"),
        say(
            "Phản ánh, kiến nghị đang xử lý: trả lời ngay. Điểm đã mất không lấy lại được.",
            "Answer those that are open at once. The points are lost.",
        ),
    ),
    WorkKind(
        "PETITION_HANDLING_SATISFACTION", "5.3", ItemKind.PETITION, Mend.NEVER,
        say(
            "phản ánh, kiến nghị quá hạn, gửi lại hoặc không hài lòng với kết quả",
            "petitions late, sent again or disliked",
        ),
        say(
            "Liên hệ, giải quyết dứt điểm nội dung phản ánh; điểm đã mất không lấy lại được.",
            "Settle the matter with the citizen; the points are lost.",
        ),
    ),
    WorkKind(
        WAITING, "cho-tiep-nhan", ItemKind.DOSSIER, Mend.ALWAYS,
        say(
            "hồ sơ trực tuyến chờ tiếp nhận quá 08 giờ làm việc",
            "online dossiers waiting for acceptance beyond 8 working hours",
        ),
        say(
            "Tiếp nhận, hoặc yêu cầu bổ sung, từ chối có nêu rõ lý do, ngay trong ngày.",
            "Accept them, ask for supplements, or refuse with the reason, today.",
        ),
    ),
    WorkKind(
        REFUSED, "tu-choi", ItemKind.DOSSIER, Mend.NEVER,
        say("hồ sơ bị từ chối", "refused dossiers"),
        say(
            "Kiểm tra lý do từ chối có đúng quy định, đã thông báo cho người nộp hay chưa.",
            "Check that each refusal was lawful and told to the applicant.",
        ),
    ),
)  # fmt: skip
"""Every list, in the order of work: dossiers, procedures, publications, petitions, what earns no points."""

KIND_OF = {each.code: each for each in WORK_KINDS}
KIND_BY_SLUG = {each.slug: each for each in WORK_KINDS}

WHY_NAMES = {
    Why.OPEN_LATE: Text("đang giải quyết, đã quá hạn", "open, late"),
    Why.ENDED_LATE: Text("đã kết thúc, quá hạn", "ended late"),
    Why.LATE: Text("quá hạn", "late"),
    Why.COMPLAINED: Text("bị phản ánh", "complained about"),
    Why.DISLIKED: Text("không hài lòng", "disliked"),
    Why.REPEATED: Text("gửi lại nhiều lần", "sent again"),
    Why.NO_COMPONENT: Text("thiếu tệp thành phần hồ sơ", "no file of a component"),
    Why.NO_RESULT: Text("thiếu tệp kết quả", "no file of the result"),
    Why.NO_FILE: Text("thiếu cả tệp thành phần và tệp kết quả", "no file of components and result"),
    Why.NOT_ENTERED: Text("chưa cập nhật", "not yet entered"),
}
