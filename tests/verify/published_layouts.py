"""Footprints in the layouts that reports use besides one plain table; see `published`.

Tables of one stage with a sum of their own, sums typed among the rows, totals above their rows,
parts of a total, extracts, modules of a construction product, scenarios, "about" and "±".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Slip:
    """One thing wrong: a text that occurs once, what stands there instead, which row is named."""

    old: str
    new: str
    row: int
    """The row of the text (the heading is row 1) that a warning or error must name."""
    more: tuple[int, ...] = ()
    """Other rows that may be named instead: of two figures that disagree either may be wrong."""


SHORT = "item,place,stage,process,emission,emission_unit,share,stages\n"
LONG = (
    "item,place,stage,process,activity,quantity,unit,factor,factor_unit,factor_id,"
    "emission,emission_unit,share\n"
)

LAYOUTS: dict[str, tuple[str, tuple[Slip, ...]]] = {
    # Shares of 表5 are parts of the stage, those of 表6 parts of the total.
    "zh a table of one stage": (
        SHORT
        + """\
stage, 表5, 生产, 壳体加工, 3.14, kgCO2e/台, 62.5
stage, 表5, 生产, 喷涂, 1.88, kgCO2e/台, 37.5
total, 表5, 生产, , 5.02, kgCO2e/台, 100
stage, 表6, 原材料获取, , 10.00, kgCO2e/台, 66.6
stage, 表6, 生产, , 5.02, kgCO2e/台, 33.4
total, 表6, , , 15.02, kgCO2e/台, 100
total, 封面, , , 15.02, kgCO2e/台
""",
        (
            Slip("3.14", "3.41", 4, (2,)),
            Slip("62.5", "52.6", 2, (4,)),
            Slip("生产, , 5.02, kgCO2e/台, 100", "生产, , 5.20, kgCO2e/台, 100", 4, (6,)),
            Slip("封面, , , 15.02", "封面, , , 15.20", 8, (7,)),
        ),
    ),
    "zh a table of one stage with 小计": (
        SHORT
        + """\
stage, 表5, 生产, 壳体加工, 3.14, kgCO2e/台, 62.5%
stage, 表5, 生产, 喷涂, 1.88, kgCO2e/台, 37.5%
total, 表5, 小计, , 5.02, kgCO2e/台, 100%
stage, 表6, 原材料获取, , 10.00, kgCO2e/台, 66.6%
stage, 表6, 生产, , 5.02, kgCO2e/台, 33.4%
total, 表6, , , 15.02, kgCO2e/台, 100%
""",
        (
            Slip("1.88", "8.18", 4, (3, 6)),
            Slip("小计, , 5.02", "小计, , 2.05", 4, (6, 7)),
            Slip("10.00", "11.00", 7, (5,)),
        ),
    ),
    "zh shares within the stage, extract of the total": (
        SHORT
        + """\
stage, 表6, 原材料获取, 小计, 10.00, kgCO2e/台, 66.6%
stage, 表6, 原材料获取, 钢, 6.00, kgCO2e/台, 60.0%
stage, 表6, 原材料获取, 铜, 4.00, kgCO2e/台, 40.0%
stage, 表6, 生产, 小计, 5.02, kgCO2e/台, 33.4%
stage, 表6, 合计, , 15.02, kgCO2e/台, 100%
stage, 主要排放源, 原材料获取, 钢, 6.00, kgCO2e/台, 39.9%
stage, 主要排放源, 原材料获取, 铜, 4.00, kgCO2e/台, 26.6%
""",
        (
            Slip("60.0%", "50.0%", 3),
            Slip("15.02", "16.02", 6),
            Slip("39.9%", "93.9%", 7, (3,)),
            Slip("铜, 4.00, kgCO2e/台, 40", "铜, 5.00, kgCO2e/台, 40", 2, (4, 8)),
        ),
    ),
    "en modules of a construction product": (
        SHORT
        + """\
stage, Table 6, A1-A3, , 812, kg CO2-eq./t
stage, Table 6, A4, , 31.0, kg CO2-eq./t
stage, Table 6, C1-C4, , 14.2, kg CO2-eq./t
total, Table 6, Total A-C, , 857, kg CO2-eq./t
stage, Table 6, D, , -120, kg CO2-eq./t
stage, Table 7, A1, , 640, kg CO2-eq./t
stage, Table 7, A2, , 22.1, kg CO2-eq./t
stage, Table 7, A3, , 150, kg CO2-eq./t
total, Table 7, A1-A3, , 812, kg CO2-eq./t
total, cover, , , 857, kg CO2-eq./t
""",
        (
            Slip("640", "460", 10),
            Slip("total, Table 7, A1-A3, , 812", "total, Table 7, A1-A3, , 821", 10, (2,)),
            Slip("31.0", "310", 5),
            Slip("cover, , , 857", "cover, , , 785", 11, (5,)),
        ),
    ),
    "en kinds of carbon below the total": (
        SHORT
        + """\
stage, Table 5, raw materials, , 12.40, kgCO2e/unit
stage, Table 5, production, , 3.10, kgCO2e/unit
total, Table 5, total, , 15.50, kgCO2e/unit
total, Table 5, of which fossil, , 15.20, kgCO2e/unit
total, Table 5, of which biogenic, , 0.30, kgCO2e/unit
total, summary, , , approx. 15.5, kgCO2e/unit
""",
        (
            Slip("total, , 15.50", "total, , 15.05", 4, (7,)),
            Slip("approx. 15.5", "approx. 15.9", 7, (4,)),
        ),
    ),
    "en totals above their rows": (
        LONG
        + """\
total,Table 1,cradle-to-grave,,,,,,,,9.22,kg CO2e/unit,100
total,Table 1,cradle-to-gate,,,,,,,,1.63,kg CO2e/unit,18
stage,Table 1,Raw materials,,,,,,,,1.00,kg CO2e/unit,11
stage,Table 1,Production,,,,,,,,0.63,kg CO2e/unit,7
stage,Table 1,Use,,,,,,,,7.59,kg CO2e/unit,82
total,abstract,,,,,,,,,9.2,kg CO2e/unit
""",
        (
            Slip("9.22", "9.92", 2, (7,)),
            Slip("1.63", "1.36", 3),
            Slip("1.00", "2.00", 2, (3, 4)),
            Slip(",82\n", ",28\n", 6, (2,)),
        ),
    ),
    "en spreads, ledger signs, powers of ten": (
        SHORT
        + """\
stage, T2, raw materials, , 1.24E-02, kg CO2e/kg, 96.9
stage, T2, production, , 3.40 x 10-3, kg CO2e/kg, 26.6
stage, T2, end of life, , (0.00300), kg CO2e/kg, (23.4)
total, T2, , , 12.80×10⁻³ ± 0.9, kg CO2e/kg, 100
total, cover, , , ~12.8, gCO2e/kg
""".replace("12.80×10⁻³ ± 0.9", "0.01280 ± 0.0009"),
        (
            Slip("(0.00300)", "0.00300", 5, (4,)),
            Slip("~12.8", "~18.2", 6, (5,)),
            Slip("3.40 x 10-3", "3.40 x 10-2", 5, (3,)),
        ),
    ),
    "zh scenarios and last year": (
        SHORT
        + """\
stage, 表2, 原材料获取, , 9.04, kgCO₂e/台, 60.1%
stage, 表2, 生产, , 6.00, kgCO₂e/台, 39.9%
total, 表2, , , 15.04, kgCO₂e/台, 100%
total, 表7, 2023年, , 18.0, kgCO2e/台
total, 表7, 2024年, , 15.0, kgCO2e/台
total, 5.2, 绿电情景, , 11.6, kgCO2e/台
total, 结论, , , 约15.0, kgCO₂e/台
stage, 结论, 原材料获取, , , , 约60%
""",
        (
            Slip("约15.0", "约15.9", 8, (4,)),
            Slip("约60%", "约50%", 9, (2,)),
            Slip("9.04", "9.40", 4, (2,)),
        ),
    ),
    "zh legs beside each other, names joined": (
        SHORT
        + """\
stage, 表4, 原辅料获取, , 31.25, kgCO2e/樘, 86.2%
stage, 表4, 原材料运输, , 0.61, kgCO2e/樘, 1.7%
stage, 表4, 生产制造, , 4.07, kgCO2e/樘, 11.2%
stage, 表4, 产品运输, , 0.33, kgCO2e/樘, 0.9%
total, 表4, 合计, , 36.26, kgCO2e/樘, 100.0%
boundary, 引言, , , , , , 从摇篮到大门
boundary, 2.2, , , , , , 原辅料获取和生产、原材料运输→产品运输
""",
        (
            Slip("0.61", "6.10", 6, (3,)),
            Slip("0.33", "3.30", 6, (5,)),
            Slip("和生产、", "、", 8, (4,)),
            Slip("11.2%", "12.1%", 4, (6,)),
        ),
    ),
    "zh the trade's units": (
        LONG
        + """\
activity,表3,原材料获取,原料,铜,0.25,千克,3.9,kgCO2e/千克,,0.975,kgCO2e/个
activity,表3,原材料获取,运输,公路,0.3,吨公里,0.074,kgCO2e/吨公里,,0.022,kgCO2e/个
activity,表3,生产,组装,电力,0.8,度,0.5777,kgCO2e/度,,0.462,kgCO2e/个
activity,表3,生产,锅炉,蒸汽,1.5,MJ,0.11,tCO2/GJ,,0.165,kgCO2e/个
activity,表3,使用,待机,电力,13.14,kW·h,0.5777,kgCO2e/(kW·h),,7.591,kgCO2e/个
total,表3,合计,,,,,,,,9.215,kgCO2e/个
""",
        (
            Slip("0.25,千克", "0.25,吨", 2),
            Slip("1.5,MJ", "1.5,GJ", 5),
            Slip("7.591", "7.951", 6),
            Slip("9.215", "9.251", 7),
            Slip("kgCO2e/(kW·h)", "kgCO2e/(MW·h)", 6),
        ),
    ),
}
