"""Sentences of the genre, written for the replica: what a Front website reports, kind by kind.

Placeholders: `{n:3-40}` a fresh whole number, `{m:2-9}` a sum with two decimals, everything else a
name that stays the same within one article (see `composer.Names`). People are invented; some
places are real, so that searches have something to find.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of report: each tuple is a pool the composer draws from."""

    section: str
    titles: tuple[str, ...]
    leads: tuple[str, ...]
    paragraphs: tuple[str, ...]
    items: tuple[str, ...]
    table: tuple[str, ...]
    captions: tuple[str, ...]
    tags: tuple[str, ...]


SECTIONS = {
    "hoat-dong-mat-tran": "Hoạt động Mặt trận",
    "giam-sat-phan-bien-xa-hoi": "Giám sát - Phản biện xã hội",
    "cuoc-van-dong-phong-trao": "Cuộc vận động - Phong trào",
}

TOPICS = (
    Topic(
        section="hoat-dong-mat-tran",
        titles=(
            "{Org} giao ban công tác Mặt trận quý {quarter} năm {year}",
            "Mặt trận {place} sơ kết công tác {n:3-9} tháng năm {year}",
            "Hội nghị giao ban công tác Mặt trận {place} lần thứ {n:4-20}",
        ),
        leads=(
            "{When}, {org} tổ chức hội nghị giao ban công tác Mặt trận quý {quarter}, bàn nhiệm "
            "vụ trọng tâm thời gian tới; {chair}, {role} chủ trì hội nghị.",
            "{When}, Ban Thường trực {org} họp giao ban với Mặt trận cơ sở. Dự hội nghị có "
            "{n:28-96} đại biểu là Trưởng ban Công tác Mặt trận các khu dân cư.",
        ),
        paragraphs=(
            "Trong quý {quarter}, Mặt trận các cấp trên địa bàn đã tổ chức {n:45-320} buổi tuyên "
            "truyền với {n:3000-52000} lượt người tham dự, đăng tải {n:40-190} tin, bài trên trang "
            "thông tin điện tử.",
            "Báo cáo do {deputy}, Phó Chủ tịch {org} trình bày cho thấy {n:14-27}/{n:28-34} chỉ "
            "tiêu thi đua của năm đã hoàn thành trước thời hạn.",
            "Công tác tiếp dân được duy trì đều đặn; Mặt trận cơ sở đã tiếp nhận {n:11-64} đơn "
            "thư, hòa giải thành {n:6-39} vụ việc ngay tại tổ dân phố.",
            "Thảo luận tại hội nghị, nhiều đại biểu đề nghị bố trí thêm kinh phí cho Ban Công tác "
            "Mặt trận, nhất là ở những khu dân cư có trên {n:300-900} hộ.",
            "Ông {citizen}, Trưởng ban Công tác Mặt trận {area}, cho biết việc lập nhóm trao đổi "
            "trên điện thoại giúp thông tin đến từng hộ nhanh hơn trước rất nhiều.",
            "Phát biểu kết luận, {chair} yêu cầu các đơn vị rà soát lại từng chỉ tiêu, phân công "
            "người phụ trách và báo cáo kết quả trước ngày {deadline}.",
            "Hội nghị cũng thông qua kế hoạch tổ chức Ngày hội Đại đoàn kết toàn dân tộc ở khu dân "
            "cư năm {year}, dự kiến tập trung vào tuần đầu của tháng 11.",
            "Quỹ “Vì biển, đảo Việt Nam” của địa phương đến nay đã tiếp nhận {m:1-4} tỷ đồng, đạt "
            "{n:92-150}% kế hoạch được giao.",
        ),
        items=(
            "Hoàn thành rà soát hộ nghèo, hộ cận nghèo trước ngày {deadline};",
            "Chuẩn bị nhân sự cho đại hội Mặt trận cấp cơ sở;",
            "Tổ chức {n:2-6} cuộc giám sát chuyên đề;",
            "Nhân rộng {n:3-12} mô hình tự quản về bảo vệ môi trường.",
        ),
        table=("TT|Đơn vị|Số cuộc tuyên truyền|Lượt người", "{i}|{ward}|{n:8-60}|{n:400-4900}"),
        captions=(
            "Quang cảnh hội nghị giao ban tại {place}",
            "{Chair} phát biểu kết luận hội nghị",
            "Các đại biểu dự hội nghị. Ảnh: {photographer}",
        ),
        tags=("giao ban", "công tác Mặt trận", "khu dân cư"),
    ),
    Topic(
        section="hoat-dong-mat-tran",
        titles=(
            "Đại hội đại biểu MTTQ Việt Nam {place} nhiệm kỳ {term}",
            "{Place} tổ chức thành công Đại hội Mặt trận nhiệm kỳ {term}",
            "MTTQ {place}: Đoàn kết - Dân chủ - Đổi mới - Phát triển",
        ),
        leads=(
            "Trong hai ngày {day} và ngày kế tiếp, {org} đã tổ chức Đại hội đại biểu nhiệm kỳ "
            "{term} với sự tham dự của {n:90-260} đại biểu chính thức.",
            "{When}, Đại hội đại biểu MTTQ Việt Nam {place} nhiệm kỳ {term} khai mạc trọng thể tại "
            "Trung tâm Văn hóa - Thể thao.",
        ),
        paragraphs=(
            "Nhiệm kỳ qua, Mặt trận {place} đã vận động xây mới và sửa chữa {n:40-230} căn nhà Đại "
            "đoàn kết với tổng trị giá {m:2-9} tỷ đồng.",
            "Báo cáo chính trị nhấn mạnh phương châm gần dân, hiểu dân, nói đi đôi với làm; lấy sự "
            "hài lòng của Nhân dân làm thước đo hiệu quả công tác Mặt trận.",
            "Đại hội đã nghe {n:5-11} tham luận về công tác dân tộc, tôn giáo, bảo vệ môi trường "
            "và phát huy vai trò của người có uy tín.",
            "Thay mặt cấp ủy, {guest}, {guest_role} ghi nhận những kết quả Mặt trận đạt được và đề "
            "nghị nhiệm kỳ tới tập trung hơn nữa cho cơ sở.",
            "Đại hội hiệp thương cử {n:35-61} vị tham gia Ủy ban khóa mới; {chair} được hiệp "
            "thương cử giữ chức danh Chủ tịch.",
            "Phát biểu nhận nhiệm vụ, {chair} hứa cùng tập thể Ủy ban giữ gìn đoàn kết, thực hiện "
            "thắng lợi {n:6-9} chương trình hành động đã đề ra.",
            "Tại phiên bế mạc, Đại hội bầu {n:9-21} đại biểu đi dự đại hội cấp trên và thông qua "
            "nghị quyết với tỷ lệ tán thành 100%.",
            "Nhân dịp này, {n:6-18} tập thể và {n:9-30} cá nhân được tặng bằng khen vì có thành "
            "tích xuất sắc trong phong trào thi đua yêu nước.",
        ),
        items=(
            "Vận động {n:96-99}% khu dân cư tổ chức ngày hội hằng năm;",
            "Mỗi năm thực hiện ít nhất {n:3-6} cuộc giám sát;",
            "Xóa toàn bộ nhà tạm, nhà dột nát trên địa bàn;",
            "Xây dựng {n:10-40} mô hình dân vận khéo.",
        ),
        table=("TT|Chỉ tiêu|Kế hoạch|Thực hiện", "{i}|{ward}|{n:10-40}|{n:41-80}"),
        captions=(
            "Toàn cảnh Đại hội MTTQ Việt Nam {place}",
            "{Guest} tặng hoa chúc mừng Đại hội",
            "Ra mắt Ủy ban khóa mới",
        ),
        tags=("đại hội", "nhiệm kỳ {term}", "công tác cán bộ"),
    ),
    Topic(
        section="hoat-dong-mat-tran",
        titles=(
            "Hội nghị hiệp thương lần thứ {third} tại {place}",
            "{Place} lấy ý kiến cử tri nơi cư trú đối với người ứng cử",
            "Mặt trận {place} giám sát công tác bầu cử tại cơ sở",
        ),
        leads=(
            "{When}, Ban Thường trực {org} tổ chức hội nghị hiệp thương, thỏa thuận về cơ cấu, số "
            "lượng người được giới thiệu ứng cử đại biểu Hội đồng nhân dân.",
            "Hơn {n:120-480} cử tri {area} đã dự hội nghị lấy ý kiến và tín nhiệm người ứng cử "
            "diễn ra {when}.",
        ),
        paragraphs=(
            "Trình bày tại hội nghị, {chair}, {role} nêu rõ cơ cấu, thành phần và số lượng người "
            "ứng cử do Thường trực Hội đồng nhân dân dự kiến.",
            "Sau khi thảo luận dân chủ, {n:48-90}/{n:91-96} đại biểu biểu quyết tán thành danh "
            "sách sơ bộ gồm {n:38-59} người.",
            "Các đại biểu đề nghị quan tâm hơn đến tỷ lệ nữ, người trẻ tuổi và người ngoài Đảng, "
            "bảo đảm chất lượng được đặt lên trước cơ cấu.",
            "Qua giám sát tại {n:9-31} khu vực bỏ phiếu, danh sách cử tri được niêm yết đúng thời "
            "hạn; {n:2-14} trường hợp sai sót về năm sinh đã được sửa ngay.",
            "Bà {citizen}, cử tri {area}, mong người trúng cử giữ đúng lời hứa, thường xuyên về cơ "
            "sở lắng nghe ý kiến của bà con.",
            "{Deputy}, Phó Chủ tịch {org} cho biết hồ sơ hiệp thương sẽ được gửi về Ủy ban bầu cử "
            "trước ngày {deadline}.",
            "Công tác tuyên truyền được thực hiện bằng nhiều hình thức: pa nô tại {n:12-44} điểm, "
            "loa truyền thanh hai buổi mỗi ngày, phát {n:2000-9000} tờ gấp đến từng hộ.",
            "Kết thúc hội nghị, đoàn chủ tọa đã thông qua biên bản và cảm ơn cử tri vì những ý "
            "kiến thẳng thắn, xây dựng.",
        ),
        items=(
            "Kiểm tra việc lập và niêm yết danh sách cử tri;",
            "Hướng dẫn {n:15-70} tổ bầu cử thực hiện đúng quy trình;",
            "Tiếp nhận, xử lý kịp thời khiếu nại của cử tri;",
            "Báo cáo nhanh trước 17 giờ hằng ngày.",
        ),
        table=("TT|Khu vực bỏ phiếu|Số cử tri|Tỷ lệ nữ", "{i}|{ward}|{n:900-2400}|{n:41-56}%"),
        captions=(
            "Đại biểu biểu quyết tại hội nghị hiệp thương",
            "Cử tri {area} phát biểu ý kiến. Ảnh: {photographer}",
            "Kiểm tra danh sách cử tri niêm yết tại {place}",
        ),
        tags=("bầu cử", "hiệp thương", "cử tri"),
    ),
    Topic(
        section="giam-sat-phan-bien-xa-hoi",
        titles=(
            "Giám sát việc thực hiện chính sách hỗ trợ nhà ở cho hộ nghèo tại {place}",
            "Đoàn giám sát của Mặt trận làm việc với {place} về vệ sinh môi trường",
            "{Place}: Giám sát quy tắc ứng xử của cán bộ ở cơ sở",
        ),
        leads=(
            "Thực hiện kế hoạch giám sát năm {year}, {when}, đoàn giám sát do {chair}, {role} làm "
            "Trưởng đoàn đã làm việc tại {place}.",
            "{When}, {org} công bố kết quả giám sát chuyên đề sau {n:12-40} ngày kiểm tra thực tế "
            "tại {n:3-9} đơn vị.",
        ),
        paragraphs=(
            "Trước buổi làm việc, các thành viên đã đến tận nơi xem hồ sơ và trò chuyện với "
            "{n:5-23} hộ dân ở {area}.",
            "Theo báo cáo của địa phương, đến hết tháng {month} toàn địa bàn có {n:120-640} hộ "
            "thuộc diện thụ hưởng, trong đó {n:40-119} hộ đã nhận đủ hỗ trợ.",
            "Đoàn ghi nhận danh sách được công khai tại nhà văn hóa, tiền đến tay người dân đúng "
            "kỳ, không phát hiện trường hợp trục lợi chính sách.",
            "Tuy nhiên, còn {n:3-17} hồ sơ thiếu biên bản nghiệm thu và {n:2-9} hộ có hoàn cảnh "
            "thay đổi nhưng chưa được rà soát lại.",
            "Giải trình về nội dung này, ông {citizen}, cán bộ phụ trách ở {area}, thừa nhận việc "
            "cập nhật dữ liệu chậm do thiếu người làm.",
            "“Giám sát không phải để tìm lỗi mà để cùng nhau tháo gỡ cho dân”, {chair} nhấn mạnh.",
            "Đoàn kiến nghị chính quyền địa phương khắc phục xong những tồn tại trước ngày "
            "{deadline} và thông báo kết quả cho Mặt trận bằng văn bản.",
            "Dịp này, {deputy}, Phó Chủ tịch {org} lưu ý phải trả lời đầy đủ {n:6-28} kiến nghị mà "
            "cử tri đã gửi từ kỳ họp trước.",
        ),
        items=(
            "Bổ sung biên bản nghiệm thu cho từng hồ sơ;",
            "Công khai số điện thoại tiếp nhận phản ánh;",
            "Bố trí thêm {n:2-8} điểm tập kết rác hợp vệ sinh;",
            "Báo cáo tiến độ {n:1-3} tháng một lần.",
        ),
        table=("TT|Địa bàn|Số hộ|Số tiền (triệu đồng)", "{i}|{ward}|{n:9-60}|{m:90-480}"),
        captions=(
            "Đoàn giám sát kiểm tra thực tế tại {area}",
            "{Chair} phát biểu tại buổi giám sát",
            "Quang cảnh buổi làm việc với {place}",
        ),
        tags=("giám sát", "an sinh xã hội", "môi trường"),
    ),
    Topic(
        section="giam-sat-phan-bien-xa-hoi",
        titles=(
            "Phản biện xã hội dự thảo đề án thu gom rác thải tại {place}",
            "{Org} phản biện dự thảo nghị quyết về phát triển du lịch cộng đồng",
            "Góp ý dự thảo quy định hỗ trợ người hoạt động không chuyên trách ở {place}",
        ),
        leads=(
            "{When}, {org} tổ chức hội nghị phản biện xã hội với sự tham gia của {n:30-75} đại "
            "biểu là chuyên gia, luật gia và đại diện các tổ chức thành viên.",
            "Nhiều ý kiến tâm huyết đã được nêu ra tại hội nghị phản biện do Mặt trận {place} chủ "
            "trì {when}.",
        ),
        paragraphs=(
            "Dự thảo gồm {n:3-6} chương, {n:14-29} điều, quy định về đối tượng áp dụng, nguồn lực "
            "thực hiện và trách nhiệm của từng cấp chính quyền.",
            "Đa số đại biểu thống nhất về sự cần thiết ban hành, song cho rằng phần đánh giá tác "
            "động còn sơ sài, số liệu mới lấy từ {n:2-7} địa bàn.",
            "Luật gia {expert} phân tích: mức đóng góp tối thiểu phải được lấy ý kiến rộng rãi vì "
            "liên quan trực tiếp đến thu nhập của {n:4000-19000} hộ dân.",
            "Về thời hạn, nhiều đại biểu đề nghị lùi ngày có hiệu lực thêm {n:2-6} tháng để các "
            "địa phương kịp chuẩn bị.",
            "Ông {citizen}, nguyên cán bộ Mặt trận, góp ý nên bổ sung điều khoản công khai kết quả "
            "hằng quý để Nhân dân theo dõi.",
            "Đại diện cơ quan soạn thảo, {guest}, {guest_role} tiếp thu {n:9-31} ý kiến và hứa "
            "chỉnh lý trước khi trình kỳ họp tới.",
            "{Chair}, {role} khẳng định văn bản phản biện sẽ được hoàn thiện, gửi cơ quan chủ trì "
            "trước ngày {deadline}.",
            "Đây là hội nghị phản biện thứ {n:2-9} trong năm {year}; {n:70-95}% kiến nghị của các "
            "hội nghị trước đã được tiếp thu.",
        ),
        items=(
            "Bổ sung báo cáo đánh giá tác động đối với hộ kinh doanh nhỏ;",
            "Làm rõ nguồn kinh phí giai đoạn {term};",
            "Quy định cụ thể thời hạn công khai;",
            "Rà soát câu chữ, thể thức văn bản.",
        ),
        table=("TT|Nội dung|Ý kiến đồng ý|Ý kiến khác", "{i}|Điều {n:2-28}|{n:20-60}|{n:1-15}"),
        captions=(
            "Luật gia {expert} nêu ý kiến phản biện",
            "Quang cảnh hội nghị phản biện xã hội",
            "Đại biểu {place} trao đổi bên lề hội nghị. Ảnh: {photographer}",
        ),
        tags=("phản biện xã hội", "dự thảo", "góp ý"),
    ),
    Topic(
        section="giam-sat-phan-bien-xa-hoi",
        titles=(
            "Tiếp xúc cử tri trước kỳ họp thường lệ tại {place}",
            "Cử tri {place} kiến nghị nhiều vấn đề về giao thông, thoát nước",
            "Đối thoại giữa lãnh đạo {place} với Nhân dân {area}",
        ),
        leads=(
            "{When}, Ban Thường trực {org} phối hợp tổ chức hội nghị tiếp xúc cử tri, thu hút hơn "
            "{n:140-520} người tham dự.",
            "Hội nghị đối thoại diễn ra {when} đã ghi nhận {n:16-48} lượt ý kiến của Nhân dân về "
            "những việc sát sườn ở cơ sở.",
        ),
        paragraphs=(
            "Cử tri phấn khởi trước kết quả phát triển kinh tế - xã hội, đồng thời thẳng thắn phản "
            "ánh tình trạng ngập úng kéo dài ở {area} sau mỗi trận mưa lớn.",
            "Bà {citizen}, {n:51-79} tuổi, đề nghị sớm sửa chữa tuyến đường dài {n:2-9} km đã "
            "xuống cấp nhiều năm, gây khó khăn cho việc đi lại của học sinh.",
            "Một số cử tri kiến nghị đẩy nhanh việc cấp giấy chứng nhận quyền sử dụng đất cho "
            "{n:35-210} hộ tái định cư.",
            "Trả lời tại hội nghị, {guest}, {guest_role} cho biết dự án thoát nước đã được bố trí "
            "{m:11-38} tỷ đồng, dự kiến khởi công trước ngày {deadline}.",
            "Những kiến nghị thuộc thẩm quyền cấp trên được {chair} tổng hợp thành {n:4-12} nhóm "
            "để chuyển đến cơ quan có trách nhiệm.",
            "Mặt trận sẽ theo dõi đến cùng việc giải quyết và thông báo lại cho cử tri tại kỳ tiếp "
            "xúc sau, {deputy}, Phó Chủ tịch {org} khẳng định.",
            "Từ đầu năm đến nay, địa phương đã tổ chức {n:5-19} hội nghị tiếp xúc cử tri với "
            "{n:600-3900} lượt người; {n:71-96}% ý kiến được trả lời đúng hạn.",
        ),
        items=(
            "Nâng cấp hệ thống thoát nước ở {area};",
            "Lắp thêm {n:20-90} bóng đèn chiếu sáng;",
            "Xử lý dứt điểm bãi tập kết vật liệu trái phép;",
            "Hỗ trợ vay vốn cho {n:15-80} hộ mới thoát nghèo.",
        ),
        table=("TT|Lĩnh vực|Kiến nghị|Đã trả lời", "{i}|{ward}|{n:5-30}|{n:2-25}"),
        captions=(
            "Cử tri {area} nêu kiến nghị",
            "{Guest} trả lời ý kiến cử tri",
            "Quang cảnh hội nghị tiếp xúc cử tri",
        ),
        tags=("cử tri", "đối thoại", "kiến nghị"),
    ),
    Topic(
        section="cuoc-van-dong-phong-trao",
        titles=(
            "Trao {n:2-14} căn nhà Đại đoàn kết cho hộ khó khăn ở {place}",
            "{Place} phát động Tháng cao điểm “Vì người nghèo” năm {year}",
            "Ấm lòng những mái nhà tình nghĩa ở {place}",
        ),
        leads=(
            "{When}, {org} phối hợp với các nhà hảo tâm bàn giao nhà Đại đoàn kết cho gia đình bà "
            "{citizen} ở {area}.",
            "Tháng cao điểm “Vì người nghèo” năm {year} được {org} phát động {when}, ngay trong "
            "buổi lễ đã có {n:22-70} đơn vị đăng ký ủng hộ.",
        ),
        paragraphs=(
            "Ngôi nhà rộng {n:42-80} m² được xây trong {n:40-95} ngày, trong đó Quỹ “Vì người "
            "nghèo” hỗ trợ {n:50-80} triệu đồng, phần còn lại do họ hàng, làng xóm giúp công.",
            "Bà {citizen} xúc động nói: “Từ nay mưa bão mẹ con tôi không còn phải chạy sang nhà "
            "hàng xóm”.",
            "Từ đầu năm đến nay, Quỹ “Vì người nghèo” các cấp trên địa bàn đã vận động được "
            "{m:2-9} tỷ đồng, hỗ trợ {n:90-460} lượt hộ.",
            "Cùng với nhà ở, Mặt trận còn trao {n:10-60} con giống, {n:12-80} thẻ bảo hiểm y tế và "
            "{n:15-70} suất học bổng cho con em hộ nghèo.",
            "Tại lễ phát động, {chair}, {role} kêu gọi mỗi cán bộ, công chức ủng hộ ít nhất một "
            "ngày lương, mỗi hộ khá giả nhận giúp đỡ một hộ nghèo.",
            "Danh sách ủng hộ được niêm yết tại trụ sở và đăng công khai hằng tuần; {deputy}, Phó "
            "Chủ tịch {org} trực tiếp phụ trách việc kiểm tra.",
            "Doanh nghiệp của ông {sponsor} đã ủng hộ {n:50-300} triệu đồng và nhận đỡ đầu "
            "{n:3-12} cháu mồ côi đến hết lớp 12.",
            "Phấn đấu đến ngày {deadline}, toàn bộ {n:18-95} nhà tạm còn lại trên địa bàn sẽ được "
            "khởi công xây mới.",
        ),
        items=(
            "Hỗ trợ {n:10-40} căn nhà Đại đoàn kết;",
            "Tặng {n:200-900} suất quà Tết, mỗi suất {n:3-6}00.000 đồng;",
            "Trao {n:12-45} sinh kế cho hộ cận nghèo;",
            "Khám bệnh miễn phí cho {n:150-600} người cao tuổi.",
        ),
        table=("TT|Đơn vị ủng hộ|Số tiền (triệu đồng)|Hình thức", "{i}|{ward}|{m:10-90}|Tiền mặt"),
        captions=(
            "Lễ bàn giao nhà Đại đoàn kết tại {area}",
            "{Chair} trao quà cho gia đình bà {citizen}",
            "Các đơn vị ủng hộ Quỹ “Vì người nghèo”. Ảnh: {photographer}",
        ),
        tags=("vì người nghèo", "nhà đại đoàn kết", "an sinh xã hội"),
    ),
    Topic(
        section="cuoc-van-dong-phong-trao",
        titles=(
            "Rộn ràng Ngày hội Đại đoàn kết toàn dân tộc ở {place}",
            "Lãnh đạo dự Ngày hội Đại đoàn kết tại {area}, {place}",
            "Ngày hội Đại đoàn kết ở {place}: Nghĩa tình xóm phố",
        ),
        leads=(
            "Hòa chung không khí kỷ niệm Ngày truyền thống MTTQ Việt Nam, {when}, {area} ({place}) "
            "tổ chức Ngày hội Đại đoàn kết toàn dân tộc.",
            "Ngày hội Đại đoàn kết ở {area} diễn ra {when} trong tiếng trống hội và bữa cơm sum "
            "họp của {n:80-320} gia đình.",
        ),
        paragraphs=(
            "Phần lễ ôn lại truyền thống vẻ vang của Mặt trận; phần hội có thi kéo co, nấu ăn, văn "
            "nghệ do chính bà con biểu diễn.",
            "Năm {year}, {n:91-99}% số hộ của {area} đạt danh hiệu gia đình văn hóa, chỉ còn "
            "{n:1-9} hộ nghèo.",
            "Bà con đã tự nguyện hiến {n:150-2400} m² đất, góp {n:120-900} ngày công để mở rộng "
            "ngõ xóm, trồng {n:200-1500} cây xanh.",
            "Chung vui với Nhân dân, {guest}, {guest_role} biểu dương tinh thần đoàn kết, tương "
            "thân tương ái của cộng đồng dân cư.",
            "Cụ {citizen}, {n:80-97} tuổi, kể rằng từ ngày có tổ hòa giải, xóm ngõ không còn "
            "chuyện to tiếng, tối đến cửa chẳng cần khóa kỹ.",
            "Dịp này, {n:8-25} hộ tiêu biểu được khen thưởng, {n:5-20} hộ khó khăn được nhận quà "
            "của Mặt trận và các đoàn thể.",
            "Sau phần lễ, các gia đình quây quần bên mâm cơm đại đoàn kết do chị em phụ nữ chuẩn "
            "bị từ sáng sớm.",
            "Kết thúc ngày hội, ông {sponsor} thay mặt Ban Công tác Mặt trận phát động thi đua năm "
            "{next_year} với {n:4-8} nội dung cụ thể.",
        ),
        items=(
            "Giữ vững danh hiệu khu dân cư văn hóa;",
            "Không để phát sinh điểm đen về rác thải;",
            "Mỗi hộ trồng ít nhất {n:2-5} cây xanh;",
            "Lắp {n:6-30} camera an ninh từ nguồn xã hội hóa.",
        ),
        table=("TT|Tổ dân phố|Số hộ|Gia đình văn hóa", "{i}|{ward}|{n:60-190}|{n:50-99}%"),
        captions=(
            "Tiết mục văn nghệ chào mừng ngày hội",
            "{Guest} tặng quà cho Nhân dân {area}",
            "Bữa cơm đại đoàn kết ở {area}. Ảnh: {photographer}",
        ),
        tags=("ngày hội đại đoàn kết", "khu dân cư", "văn hóa"),
    ),
    Topic(
        section="cuoc-van-dong-phong-trao",
        titles=(
            "{Place} tiếp nhận ủng hộ đồng bào bị thiệt hại do bão lũ",
            "Những chuyến xe nghĩa tình từ {place} đến vùng lũ",
            "Mặt trận {place} phân bổ {m:1-9} tỷ đồng cứu trợ",
        ),
        leads=(
            "Hưởng ứng lời kêu gọi của Ủy ban Trung ương MTTQ Việt Nam, {when}, {org} tổ chức lễ "
            "phát động ủng hộ đồng bào vùng bị thiệt hại do bão lũ.",
            "{When}, đoàn công tác của {org} do {chair} dẫn đầu đã đến thăm, trao quà cứu trợ cho "
            "{n:90-420} hộ bị ngập sâu.",
        ),
        paragraphs=(
            "Ngay sau lễ phát động, {n:18-66} tập thể và {n:150-700} cá nhân đã trực tiếp ủng hộ "
            "{n:210-950} triệu đồng.",
            "Tính đến 17 giờ ngày {date}, tài khoản cứu trợ đã tiếp nhận {m:1-9} tỷ đồng; toàn bộ "
            "danh sách được đăng công khai.",
            "Những chuyến xe chở {n:4-15} tấn gạo, {n:200-900} thùng mì và nước uống đã lên đường "
            "ngay trong đêm để kịp đến với bà con vùng bị cô lập.",
            "Ông {citizen}, một cựu chiến binh {n:70-89} tuổi ở {area}, đạp xe gần mười cây số đến "
            "ủng hộ hai triệu đồng tiền lương hưu.",
            "Việc phân bổ được thực hiện theo mức độ thiệt hại: nhà sập hỗ trợ {n:40-60} triệu "
            "đồng, nhà hư hỏng nặng {n:15-30} triệu đồng.",
            "{Deputy}, Phó Chủ tịch {org} nêu rõ nguyên tắc: đúng đối tượng, đúng mục đích, không "
            "để sót, không để trùng.",
            "Chị {sponsor}, chủ một bếp ăn thiện nguyện, đã nấu {n:300-1200} suất cơm mỗi ngày "
            "trong suốt {n:4-12} ngày mưa lũ.",
            "Mặt trận sẽ tiếp tục tiếp nhận ủng hộ đến hết ngày {deadline}.",
        ),
        items=(
            "Gạo: {n:2-12} tấn;",
            "Nước uống đóng chai: {n:400-2000} thùng;",
            "Thuốc men, vật tư y tế: {n:60-300} triệu đồng;",
            "Sách vở cho học sinh: {n:300-1500} bộ.",
        ),
        table=("TT|Địa phương|Số hộ|Mức hỗ trợ (triệu đồng)", "{i}|{ward}|{n:20-90}|{m:100-600}"),
        captions=(
            "{Chair} trao quà cứu trợ cho bà con",
            "Xếp hàng cứu trợ lên xe tại {place}",
            "Lễ phát động ủng hộ đồng bào vùng lũ. Ảnh: {photographer}",
        ),
        tags=("cứu trợ", "bão lũ", "ủng hộ"),
    ),
    Topic(
        section="cuoc-van-dong-phong-trao",
        titles=(
            "{Place} xây dựng nông thôn mới, đô thị văn minh: Dân bàn, dân làm",
            "Những tuyến đường hoa ở {place}",
            "Lan tỏa cuộc vận động “Người Việt Nam ưu tiên dùng hàng Việt Nam” ở {place}",
        ),
        leads=(
            "Về {place} những ngày này, ai cũng ngỡ ngàng trước diện mạo mới: đường bê tông phẳng "
            "lì, hai bên hoa nở rực rỡ.",
            "{When}, {org} sơ kết {n:2-5} năm thực hiện cuộc vận động “Toàn dân đoàn kết xây dựng "
            "nông thôn mới, đô thị văn minh”.",
        ),
        paragraphs=(
            "Mặt trận đã vận động {n:110-420} hộ hiến {n:1500-9800} m² đất, tháo dỡ {n:200-1900} m "
            "tường rào để mở rộng đường.",
            "Ông {citizen}, Bí thư chi bộ kiêm Trưởng ban Công tác Mặt trận {area}, chia sẻ: việc "
            "gì cũng họp dân trước, dân thống nhất rồi mới làm.",
            "Tổng nguồn lực huy động đạt {m:3-19} tỷ đồng, trong đó Nhân dân đóng góp "
            "{n:300-2400} triệu đồng.",
            "Mỗi khu dân cư đăng ký một việc cụ thể: nơi trồng hoa, nơi lắp điện chiếu sáng, nơi "
            "xây bể chứa vỏ bao thuốc bảo vệ thực vật.",
            "Đến ngày {date}, địa phương đã hoàn thành {n:11-18} trên 19 tiêu chí nông thôn mới "
            "nâng cao.",
            "Phiên chợ hàng Việt với {n:25-80} gian hàng đã thu hút hơn {n:2000-9000} lượt người "
            "mua sắm.",
            "Đánh giá cao cách làm của cơ sở, {chair}, {role} đề nghị nhân rộng mô hình ra toàn "
            "địa bàn trước ngày {deadline}.",
            "Phong trào nào có lợi cho dân thì dân theo, đó là bài học mà {deputy}, Phó Chủ tịch "
            "{org} rút ra sau nhiều năm gắn bó với cơ sở.",
        ),
        items=(
            "Trồng mới {n:3-20} km đường hoa;",
            "Xây {n:10-60} bể chứa vỏ bao thuốc bảo vệ thực vật;",
            "Phân loại rác tại nguồn ở {n:200-1500} hộ;",
            "Vận động {n:30-140} hộ lắp camera an ninh.",
        ),
        table=(
            "TT|Tuyến đường|Chiều dài (m)|Kinh phí (triệu đồng)",
            "{i}|{ward}|{n:200-1900}|{m:50-400}",
        ),
        captions=(
            "Tuyến đường hoa ở {area}",
            "Người dân {place} tham gia vệ sinh đường làng",
            "Gian hàng Việt tại phiên chợ. Ảnh: {photographer}",
        ),
        tags=("nông thôn mới", "đô thị văn minh", "hàng Việt"),
    ),
)

# Notices: a title and the one sentence that is the whole text.
NOTICES = (
    (
        "Thông báo lịch tiếp công dân tháng {month} của {org}",
        "{org} thông báo lịch tiếp công dân định kỳ vào lúc {n:7-9} giờ 30 ngày {deadline} tại trụ "
        "sở cơ quan, kính mời Nhân dân {area} đến dự.",
    ),
    (
        "Giấy mời dự lễ bàn giao nhà Đại đoàn kết tại {area}",
        "Ban Thường trực {org} trân trọng kính mời các đồng chí và bà con đến dự lễ bàn giao "
        "{n:2-14} căn nhà Đại đoàn kết tại {area} vào sáng ngày {deadline}.",
    ),
    (
        "Lịch tiếp xúc cử tri ở {place} trước kỳ họp cuối năm {year}",
        "Hội nghị tiếp xúc cử tri được tổ chức tại hội trường {place} vào {n:13-15} giờ 00 ngày "
        "{deadline}.",
    ),
    (
        "Thông báo tạm dừng tiếp nhận hiện vật cứu trợ tại {place}",
        "Kể từ ngày {deadline}, {org} tạm dừng tiếp nhận hiện vật cứu trợ; các khoản ủng hộ bằng "
        "tiền vẫn được tiếp nhận qua tài khoản của Ban Vận động.",
    ),
    (
        "Thư mời góp ý dự thảo báo cáo chính trị của Mặt trận {place}",
        "Ý kiến đóng góp vào dự thảo báo cáo chính trị trình Đại hội Mặt trận {place} nhiệm kỳ "
        "{term} xin gửi về Ban Tuyên giáo trước ngày {deadline}.",
    ),
    (
        "Kết quả phân bổ Quỹ “Vì người nghèo” quý {quarter} năm {year}",
        "Trong quý {quarter}, Quỹ “Vì người nghèo” của {place} đã phân bổ {m:2-9} tỷ đồng cho "
        "{n:90-460} hộ nghèo, hộ cận nghèo trên địa bàn.",
    ),
    (
        "Thông báo điểm hiến máu tình nguyện tại {area}",
        "Ngày hội hiến máu tình nguyện đợt {n:2-9} diễn ra tại nhà văn hóa {area}, {place} trong "
        "ngày {deadline}.",
    ),
    (
        "Thông báo treo cờ Tổ quốc ở {place} dịp Ngày truyền thống Mặt trận",
        "Đề nghị các cơ quan, đơn vị, trường học và hộ gia đình ở {place} treo cờ Tổ quốc từ 6 giờ "
        "00 ngày {date} đến hết ngày {deadline}.",
    ),
)

CLOSINGS = (
    "Sự vào cuộc đồng bộ của cả hệ thống chính trị là nền tảng để phong trào đi vào chiều sâu.",
    "Trước đó, các đại biểu đã dâng hương tưởng niệm các anh hùng liệt sĩ và thăm mô hình tự quản "
    "ở {area}.",
    "Kết quả này tạo thêm niềm tin để Mặt trận {place} bước vào năm {next_year} với khí thế mới.",
    "Theo kế hoạch, {n:2-7} đơn vị còn lại sẽ hoàn thành trước ngày {deadline}.",
    "Cùng ngày, {deputy} đã đến thăm, động viên {n:2-9} gia đình chính sách tiêu biểu.",
)
SUBHEADINGS = (
    "Nhiều cách làm sáng tạo từ cơ sở",
    "Lắng nghe ý kiến của Nhân dân",
    "Nhiệm vụ trọng tâm thời gian tới",
    "Kết quả bước đầu",
)
QUOTES = (
    "“Việc khó mấy mà dân đã thuận thì cũng làm được”, {chair} khẳng định.",
    "“Có được kết quả hôm nay là nhờ sự đồng lòng của bà con”, ông {sponsor} phấn khởi nói.",
    "“Mặt trận phải là nơi người dân tìm đến đầu tiên”, {deputy} nhắc lại.",
)
LIST_INTROS = ("Những nội dung, phần việc cụ thể gồm:", "Hội nghị thống nhất các nhiệm vụ sau:")
TABLE_INTROS = ("Kết quả cụ thể của các đơn vị như sau:", "Số liệu tổng hợp đến ngày {date}:")
ORGANISATION_BYLINES = ("Ban Biên tập", "VP Ủy ban MTTQ {place}", "Mặt trận {place}")

FAMILY_NAMES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Phan",
    "Đinh",
)
MIDDLE_NAMES = (
    "Văn",
    "Thị",
    "Hữu",
    "Thanh",
    "Minh",
    "Ngọc",
    "Quang",
    "Đức",
    "Xuân",
    "Thu",
    "Kim",
    "Hồng",
    "Công",
    "Bích",
)
GIVEN_NAMES = (
    "Hạnh",
    "Bình",
    "Cường",
    "Dũng",
    "Giang",
    "Hải",
    "Hòa",
    "Khánh",
    "Lan",
    "Liên",
    "Mai",
    "Nam",
    "Nga",
    "Phong",
    "Quyên",
    "Sơn",
    "Tâm",
    "Thắng",
    "Thủy",
    "Trung",
    "Tuấn",
    "Uyên",
    "Vân",
    "Yến",
    "Đông",
    "Ánh",
    "Ẩn",
    "Phượng",
    "Quỳnh",
    "Thịnh",
)

REGIONS = {
    "Hà Nội": (
        "quận Đống Đa",
        "quận Long Biên",
        "quận Hai Bà Trưng",
        "quận Cầu Giấy",
        "quận Hà Đông",
        "huyện Đông Anh",
        "huyện Mỹ Đức",
        "phường Kim Liên",
        "phường Ô Chợ Dừa",
        "phường Láng Hạ",
    ),
    "Đồng Nai": (
        "huyện Định Quán",
        "huyện Tân Phú",
        "huyện Xuân Lộc",
        "thành phố Biên Hòa",
        "thành phố Long Khánh",
        "huyện Trảng Bom",
        "xã Phú Điền",
        "phường Bửu Long",
    ),
    "Bắc Giang": (
        "phường Ngô Quyền",
        "phường Trần Phú",
        "huyện Lục Ngạn",
        "huyện Yên Thế",
        "huyện Việt Yên",
        "xã Song Mai",
        "thị trấn Vôi",
        "phường Đống Đa",
    ),
    "Bình Định": (
        "thành phố Quy Nhơn",
        "thị xã An Nhơn",
        "huyện Tuy Phước",
        "huyện Tây Sơn",
        "huyện Hoài Ân",
        "phường Đống Đa",
        "xã Nhơn Lý",
        "thị trấn Phú Phong",
    ),
    "Hải Phòng": (
        "quận Ngô Quyền",
        "quận Kiến An",
        "huyện Thủy Nguyên",
        "huyện Kiến Thụy",
        "phường Văn Đẩu",
        "huyện Tiên Lãng",
        "phường Cát Bi",
        "xã Lập Lễ",
    ),
    "Quảng Ninh": (
        "thành phố Hạ Long",
        "thành phố Uông Bí",
        "thị xã Đông Triều",
        "huyện Vân Đồn",
        "phường Bãi Cháy",
        "phường Hồng Hải",
        "xã Thống Nhất",
        "huyện Cô Tô",
    ),
}
WARDS = (
    "khu phố Hòa Bình",
    "khu phố Thống Nhất",
    "thôn Đoài",
    "thôn Trung",
    "thôn Hạ",
    "xóm Mới",
    "tổ dân phố Nam Thành",
    "tổ dân phố Phú Lợi",
    "ấp Tân Hiệp",
    "thôn Phú Đa",
)
