"""Sentences that a verifier asks about, and their neighbours that are right."""

from __future__ import annotations

from cfp_xl.audit.audit import audit_report
from tests.audit.reports import KETTLE, report

SIGNED = (
    "编制\t赵某\n审核\t钱某\n组员\t赵某\n\n核查组名单\n\n姓名\t工作单位\n{expert}\t某认证有限公司\n"
)
PARTS = (
    "8 产品组成\n\n零部件包括：外壳、不锈钢底板、玻璃盖板、塑料把手。\n\n9 产品介绍\n\n{words}\n"
)
CASES = (
    ("评价依据 GB/T 24067-2024，由国际标准化组织（ISO）编制发布。", "R03 by_iso"),
    ("评价依据 ISO 14067:2018，由国际标准化组织（ISO）发布。", ""),
    ("GB/T 24067-2024 修改采用 ISO 14067:2018；后者由国际标准化组织制定。", ""),
    ("ISO 14067:2018，由国家标准化管理委员会发布。", "R03 by_state"),
    ("本报告依据 GB/T 24067-2024、ISO 14067:2018 编制。", ""),
    ("姓名\t职责\n赵某\t编制\n\n职责\t姓名\n编制\t孙某\n审核\t钱某\n", ""),
    ("This study follows GB/T 24067-2024, issued by ISO.", "R03 by_iso"),
    ("结果用于建立零碳品牌。", "R06 neutral_purpose"),
    ("The result helps to build a carbon-neutral brand.", "R06 neutral_purpose"),
    ("碳足迹为各项活动数据与排放因子之和。", "B10 sum_of_both"),
    ("碳足迹为各项活动数据与排放因子的乘积之和。", ""),
    ("The footprint is the sum of activity data and emission factors.", "B10 sum_of_both"),
    ("The footprint is the sum of the products of activity data and emission factors.", ""),
    ("来料—冲压—焊接—测试—装箱包装", "B04 no_row"),
    ("来料—冲压—焊接—抛光", ""),
    ("所用数据库经过整理。", "T02 database"),
    ("GWP 取自 IPCC 报告，所用数据库经过整理。", "T02 database"),
    ("所用数据库为 ecoinvent 3.10。", ""),
    ("本产品用于室内安装。\n\n户外使用寿命 10 年。", "B11 "),
    ("The unit is for indoor use.\n\nIn outdoor use its life is 8 years.", "B11 "),
    ("本产品适用于室内和户外使用。\n\n户外使用寿命 10 年。", ""),
    ("本产品用于户外安装，冷凝侧为室外机。\n\n使用时室内温度不限。", ""),
    ("公司建有两大生产基地。", "B09 "),
    ("The company runs three production plants in Europe.", "B09 "),
    ("公司建有两大生产基地，本产品由东区基地生产。", ""),
    ("公司建有两个厂区。\n\n生产地址：东区一号", ""),
    (PARTS.format(words="设有温度传感器，盖板为玻璃。"), "M02 described"),
    (PARTS.format(words="把手隔热，外壳为双层，盖板为玻璃。"), ""),
    ("表2.1 结果", "T05 caption_form"),
    ("结果分布表1所示。", "T03 as_shown"),
    ("结果分布如表1所示。", ""),
    (
        "次级数据来自行业企业温室气体核算方法与报告指南的缺省值。\n\n"
        "排放因子来自《温室气体排放核算与报告要求 第5部分》的缺省值。",
        "F10 places",
    ),
    ("次级数据来自 ecoinvent 3.10。\n\n电力排放因子来自 CLCD 数据库。", ""),
    (SIGNED.format(expert="赵某"), "R04 verifies"),
    (SIGNED.format(expert="孙某"), "R04 of_team"),
    ("编制\t赵某\n审核\t钱某\n\n姓名\t工作单位\n孙某\t某认证有限公司\n", ""),
)
WATCHED = {
    ("B09", ""),
    ("B11", ""),
    ("F10", "places"),
    ("M02", "described"),
    ("T03", "as_shown"),
    ("T05", "caption_form"),
    ("R03", "by_iso"),
    ("R03", "by_state"),
    ("R06", "neutral_purpose"),
    ("B10", "sum_of_both"),
    ("B04", "no_row"),
    ("T02", "database"),
    ("R04", "verifies"),
    ("R04", "of_team"),
}


def test_each_is_named_and_its_neighbours_are_not() -> None:
    wrong = []
    for words, expected in CASES:
        found = {(f.code, f.case) for f in audit_report(report(f"{KETTLE}\n\n{words}\n")).findings}
        named = {f"{code} {case}" for code, case in found & WATCHED}
        if (expected not in named) if expected else named:
            wrong.append((words, expected, sorted(named)))
    assert wrong == []
