"""Footprints as reports print them, all of them right, and one thing wrong in each.

Invented products; every figure was worked out in full and then rounded as its table rounds, so that
whatever a rule says of one of them is a false alarm. Layouts, languages and rounding differ on
purpose. The first line names the columns.
"""

from __future__ import annotations

import csv
from io import StringIO

from cfp_xl.findings import CellRef
from cfp_xl.footprint.factors import library
from cfp_xl.verify.declared import Declared, declared
from tests.verify.published_layouts import LAYOUTS, LONG, SHORT, Slip


def table(text: str) -> Declared:
    """A declared table; its heading is row 1 of sheet D, columns as the first line names them."""
    heading, *lines = csv.reader(StringIO(text), skipinitialspace=True)
    rows = []
    for number, line in enumerate(lines, 2):
        texts = dict(zip(heading, (field.strip() for field in line), strict=False))
        cells = {c: CellRef("D", f"{chr(65 + i)}{number}") for i, c in enumerate(heading)}
        rows.append((texts, cells))
    return declared(rows, library())


FOOTPRINTS: dict[str, tuple[str, tuple[Slip, ...]]] = {
    **LAYOUTS,
    # Two processes whose names share a word with their stage.
    "zh two processes of one stage": (
        SHORT
        + """\
stage, 表2, 生产, 壳体加工, 5, kgCO2e/台
stage, 表2, 生产, 检测, 3, kgCO2e/台
total, 表2, , , 8, kgCO2e/台
total, 封面, , , 8, kgCO2e/台
""",
        (
            Slip("壳体加工, 5", "壳体加工, 7", 4, (2,)),
            Slip("封面, , , 8", "封面, , , 9", 5, (4,)),
            Slip("检测, 3", "检测, 0.3", 4, (3,)),
        ),
    ),
    "en processes named like stages of other reports": (
        SHORT
        + """\
stage, Table 3, production, assembly, 4.61, kgCO2e/piece, 55.1
stage, Table 3, production, testing, 1.20, kgCO2e/piece, 14.4
stage, Table 3, production, use of cleaning agents, 0.85, kgCO2e/piece, 10.2
stage, Table 3, production, recycling of offcuts, 1.70, kgCO2e/piece, 20.3
total, Table 3, , , 8.36, kgCO2e/piece, 100.0
boundary, 2.1, , , , , , production
""",
        (
            Slip("4.61", "6.41", 6, (2,)),
            Slip("14.4", "41.4", 3, (6,)),
            Slip("8.36", "3.66", 6),
            Slip("0.85, kg", "0.85, g", 6, (4,)),
        ),
    ),
    # Stage, then its processes, as most Chinese result tables print them; 100.0 by one digit.
    "zh stages and their processes": (
        SHORT
        + """\
stage, 表6.1, 原材料获取, 小计, 12.47, kgCO2e/套, 62.3%
stage, 表6.1, 原材料获取, 钢板, 9.16, kgCO2e/套, 45.7%
stage, 表6.1, 原材料获取, 铜排, 3.31, kgCO2e/套, 16.5%
stage, 表6.1, 生产, 小计, 6.02, kgCO2e/套, 30.1%
stage, 表6.1, 生产, 焊接组装, 2.70, kgCO2e/套, 13.5%
stage, 表6.1, 生产, 喷涂, 3.32, kgCO2e/套, 16.6%
stage, 表6.1, 运输, , 1.54, kgCO2e/套, 7.7%
total, 表6.1, 合计, , 20.03, kgCO2e/套, 100.0%
total, 摘要, , , 20.0, kgCO2e/套
stage, 摘要, 原材料获取阶段, , 12.5, kgCO2e/套, 62%
""",
        (
            Slip("20.0, ", "20.3, ", 10, (9,)),
            Slip("9.16", "9.61", 2, (3,)),
            Slip("16.6%", "6.6%", 7),
            Slip("12.5, ", "15.2, ", 11, (2,)),
            Slip("1.54", "1.45", 9, (8,)),
        ),
    ),
    "de decimal comma and sign": (
        SHORT
        + """\
stage, Tabelle 1, raw materials, , "4,20", kgCO2e/Stück, "70,8 %"
stage, Tabelle 1, production, , "1,73", kgCO2e/Stück, "29,2 %"
total, Tabelle 1, , , "5,93", kgCO2e/Stück, "100,0 %"
total, cover, , , "5,9", kgCO2e/Stück
""",
        (
            Slip('"4,20"', '"4,02"', 4, (2,)),
            Slip('"5,9"', '"6,9"', 5, (4,)),
            Slip('"29,2 %"', '"22,9 %"', 3, (4,)),
        ),
    ),
    "en decimal comma with points between thousands": (
        SHORT
        + """\
stage, T1, raw materials, , "1.234,5", kgCO2e/unit, "0,712"
stage, T1, manufacturing, , "498,0", kgCO2e/unit, "0,287"
stage, T1, distribution, , "1,234", kgCO2e/unit, "0,001"
total, T1, , , "1.733,734", kgCO2e/unit, "1,000"
""".replace('"1,234"', '"1,23"').replace("1.733,734", "1.733,73"),
        (
            Slip('"498,0"', '"489,0"', 5, (3,)),
            Slip('"0,287"', '"0,278"', 3, (5,)),
            Slip('"1.234,5"', '"1,2345"', 5, (2,)),
        ),
    ),
    # Shares as parts of 1, one of them with a sign.
    "en shares as parts": (
        SHORT
        + """\
stage, Table 4, raw material acquisition, , 4.20, kgCO2e/piece, 0.708
stage, Table 4, production, , 1.73, kgCO2e/piece, 0.292
total, Table 4, , , 5.93, kgCO2e/piece, 1
stage, Figure 2, raw material acquisition, , , , 71
stage, Figure 2, production, , , , 29
""",
        (
            Slip("0.708", "0.780", 2, (4,)),
            Slip(", , 29", ", , 39", 6, (5,)),
            Slip("4.20", "4.02", 4, (2,)),
        ),
    ),
    "zh shares in three spellings": (
        SHORT
        + """\
stage, 表3, 原材料获取, , 0.4125, tCO2e/吨, 0.5934
stage, 表3, 生产, , 0.2250, tCO2e/吨, 32.37 ％
stage, 表3, 运输/交付, , 0.0576, tCO2e/吨, 0.0829
total, 表3, , , 0.6951, tCO2e/吨, 100 %
total, 结论, , , 695.1, kgCO2e/t
""",
        (
            Slip("695.1", "659.1", 6, (5,)),
            Slip("0.0829", "0.0289", 4),
            Slip("kgCO2e/t\n", "tCO2e/t\n", 6, (5,)),
        ),
    ),
    # 0.002 of 3.1 is 0.06 %: below what one decimal shows.
    "en below what is shown": (
        SHORT
        + """\
stage, Table 5, materials, , 2.51, kgCO2e/pair, 81.0%
stage, Table 5, manufacturing, , 0.57, kgCO2e/pair, 18.4%
stage, Table 5, distribution, , 0.02, kgCO2e/pair, 0.6%
stage, Table 5, use, , n/a, , n/a
stage, Table 5, end of life, , <0.01, kgCO2e/pair, <0.1%
total, Table 5, , , 3.10, kgCO2e/pair, 100%
""",
        (Slip("0.57", "0.75", 7, (3,)), Slip("81.0%", "18.0%", 2)),
    ),
    # Per piece and per kg (0.80 kg a piece): two results, not one in two versions.
    "en per piece and per kg": (
        SHORT
        + """\
stage, T2, raw materials, , 1.200, kgCO2e/piece, 60.0
stage, T2, production, , 0.800, kgCO2e/piece, 40.0
total, T2, , , 2.000, kgCO2e/piece, 100.0
total, cover, , , 2.00, kg CO2e per piece
total, abstract, , , 2.5, kgCO2e/kg
total, conclusion, , , 2.50, kgCO2e/kg
""",
        (
            Slip("2.00, kg", "2.20, kg", 5, (4,)),
            Slip("conclusion, , , 2.50", "conclusion, , , 5.20", 6, (7,)),
        ),
    ),
    # An extract names the largest rows and adds to nothing.
    "zh an extract beside the whole": (
        SHORT
        + """\
stage, 表4, 原材料获取, , 31.42, kgCO2e/台, 48.4
stage, 表4, 生产, , 8.05, kgCO2e/台, 12.4
stage, 表4, 使用, , 25.40, kgCO2e/台, 39.2
total, 表4, , , 64.87, kgCO2e/台, 100
stage, 结论, 使用, , 25.4, kgCO2e/台, 39
boundary, 2.3, , , , , , 原材料获取、生产、使用
""",
        (
            Slip("25.4, kg", "24.5, kg", 6, (4,)),
            Slip(", 39\n", ", 93\n", 6, (4,)),
            Slip("原材料获取、生产、使用", "原材料获取、生产", 7, (4,)),
        ),
    ),
    # A subtotal up to the gate, then the rest and the total.
    "en subtotal at the gate": (
        SHORT
        + """\
stage, Table 7, raw material acquisition, , 14.31, kgCO2e/unit
stage, Table 7, production, , 5.12, kgCO2e/unit
total, Table 7, cradle-to-gate, , 19.43, kgCO2e/unit
stage, Table 7, distribution, , 0.77, kgCO2e/unit
stage, Table 7, use, , 102.60, kgCO2e/unit
stage, Table 7, end of life, , 1.05, kgCO2e/unit
total, Table 7, cradle-to-grave, , 123.85, kgCO2e/unit
total, cover, , , 123.9, kgCO2e/unit
total, abstract, cradle-to-gate, , 19.4, kgCO2e/unit
""",
        (
            Slip("19.43", "19.34", 4, (10,)),
            Slip("19.4, ", "14.9, ", 10, (4,)),
            Slip("123.9", "129.3", 9, (8,)),
            Slip("102.60", "120.60", 8, (6,)),
        ),
    ),
    "zh subtotals without names": (
        SHORT
        + """\
stage, 表1, 钢材, , 2.2, kgCO2e/件
stage, 表1, 塑料, , 1.4, kgCO2e/件
total, 表1, 小计, , 3.6, kgCO2e/件
stage, 表1, 电力, , 0.9, kgCO2e/件
stage, 表1, 天然气, , 0.3, kgCO2e/件
total, 表1, 小计, , 1.2, kgCO2e/件
total, 表1, 合计, , 4.8, kgCO2e/件
""",
        (
            Slip("3.6", "3.9", 4),
            Slip("小计, , 1.2", "小计, , 2.1", 7),
            Slip("4.8", "8.4", 8),
        ),
    ),
    # An inventory table for each stage; their sums stand in the result table.
    "zh inventories stage by stage": (
        LONG
        + """\
activity, 表4-1, 原材料获取, , 冷轧钢板, 2.350, kg, 2.28, kgCO2e/kg, , 5.358, kgCO2e/台
activity, 表4-1, 原材料获取, , ABS, 0.400, kg, 3.10, kgCO2e/kg, , 1.240, kgCO2e/台
activity,表4-2,生产,壳体加工,电力,3.20, kWh,0.5777,kgCO2e/kWh,CN-ELEC-CFP-2024,1.85, kgCO2e/台
activity, 表4-2, 生产, 检测, 电力, 0.12, kWh,0.5777,kgCO2e/kWh,CN-ELEC-CFP-2024, 0.07, kgCO2e/台
stage, 表5, 原材料获取, , , , , , , , 6.598, kgCO2e/台, 77.5
stage, 表5, 生产, , , , , , , , 1.918, kgCO2e/台, 22.5
total, 表5, , , , , , , , , 8.516, kgCO2e/台, 100.0
""",
        (
            Slip("5.358", "5.538", 2, (6, 8)),
            Slip("3.20, kWh", "32.0, kWh", 4),
            Slip("1.918", "1.198", 8, (7,)),
            Slip("0.12, kWh,0.5777", "0.12, kWh,0.7577", 5),
        ),
    ),
    # Inbound transport belongs to raw materials (ISO 14067).
    "en inbound transport within raw materials": (
        LONG
        + """\
activity,T3,materials,steel,hot rolled coil, 1.80, kg, 2.1, kgCO2e/kg, , 3.78, kgCO2e/pc
activity,T3,materials,inbound transport,truck, 0.36, t·km, 0.11, kgCO2e/t·km, , 0.04, kgCO2e/pc
activity,T3,production,assembly,power,1.10,kWh,0.5777,kgCO2e/kWh,CN-ELEC-CFP-2024,0.64, kgCO2e/pc
activity,T3,distribution,product delivery,truck, 1.05, t·km, 0.11, kgCO2e/t·km, , 0.12, kgCO2e/pc
total, T3, , , , , , , , , 4.58, kgCO2e/pc
stage, T4, Raw material acquisition stage, , , , , , , , 3.82, kgCO2e/pc, 83.4
stage, T4, Production stage, , , , , , , , 0.64, kgCO2e/pc, 14.0
stage, T4, Distribution stage, , , , , , , , 0.12, kgCO2e/pc, 2.6
total, T4, , , , , , , , , 4.58, kgCO2e/pc, 100.0
""",
        (
            Slip("0.64, kgCO2e/pc, 14.0", "0.46, kgCO2e/pc, 14.0", 8),
            Slip("1.80, kg", "18.0, kg", 2),
            Slip("83.4", "38.4", 7),
        ),
    ),
    "zh legs of transport under other names": (
        SHORT
        + """\
stage, 表5.2, 原材料获取, , 7.31, kgCO2e/台, 60.5
stage, 表5.2, 运输（原材料运输）, , 0.92, kgCO2e/台, 7.6
stage, 表5.2, 生产, , 3.44, kgCO2e/台, 28.5
stage, 表5.2, 运输（成品交付）, , 0.41, kgCO2e/台, 3.4
total, 表5.2, , , 12.08, kgCO2e/台, 100.0
stage, 摘要, 运输/交付, 原辅料运输, 0.92, kgCO2e/台, 7.6
stage, 摘要, 运输/交付, 成品运输, 0.41, kgCO2e/台, 3.4
boundary, 1.1, , , , , , 原材料获取、原材料运输、生产制造、成品运输
boundary, 2.1, , , , , , 原辅料获取、运输、生产
""",
        (
            Slip("成品运输, 0.41", "成品运输, 0.14", 8, (5,)),
            Slip("3.44", "4.33", 6, (4,)),
            Slip("原辅料运输, 0.92", "原辅料运输, 0.29", 7, (3,)),
            Slip("原辅料获取、运输、生产", "原辅料获取、运输、生产、使用", 10),
        ),
    ),
    "bilingual and numbered names": (
        SHORT
        + """\
stage, T6, 1. 原材料获取 Raw material acquisition, , 5.27, kgCO2e/pc, 73.7
stage, T6, 2. 生产 Production, , 1.66, kgCO2e/pc, 23.2
stage, T6, 3. 生命末期 End of life, , 0.22, kgCO2e/pc, 3.1
total, T6, 合计 Total, , 7.15, kgCO2e/pc, 100
stage, abstract, raw materials, , 5.3, kgCO2e/pc
stage, abstract, production, , 1.7, kgCO2e/pc
""",
        (
            Slip("5.3, ", "3.5, ", 6, (2,)),
            Slip("1.7, ", "7.1, ", 7, (3,)),
            Slip("0.22", "2.20", 5, (4,)),
        ),
    ),
    # 64 parts of 0.125 each, more than the sheet of a template holds: 64 × 0.125 = 8.
    "en a long list of parts": (
        SHORT
        + "".join(
            f"stage, BOM, raw material acquisition, part {n}, 0.125, kgCO2e/unit\n"
            for n in range(1, 65)
        )
        + """\
stage, BOM, production, , 2.000, kgCO2e/unit
total, BOM, , , 10.000, kgCO2e/unit
""",
        (Slip("part 41, 0.125", "part 41, 1.125", 67, (42,)),),
    ),
    "zh a credit and what it leaves": (
        SHORT
        + """\
stage, 表8, 原材料获取, , 18.2, kgCO2e/台, 105.2%
stage, 表8, 生产, , 2.1, kgCO2e/台, 12.1%
stage, 表8, 生命末期, , -3.0, kgCO2e/台, -17.3%
total, 表8, , , 17.3, kgCO2e/台, 100.0%
""",
        (Slip("-3.0", "3.0", 5, (4,)), Slip("12.1%", "21.1%", 3, (5,))),
    ),
    "en per thousand and in tonnes": (
        SHORT
        + """\
stage, T1, raw materials, , 1.2034, tCO2e/1000 pcs
stage, T1, production, , 0.4410, tCO2e/1000 pcs
total, T1, , , 1.6444, tCO2e/1000 pcs
total, cover, , , 1.64, kgCO2e/pc
""",
        (
            Slip("1.64, kg", "1.46, kg", 5, (4,)),
            Slip("1.64, kgCO2e/pc", "1.64, kgCO2e/1000 pcs", 5, (4,)),
            Slip("0.4410", "0.4140", 4, (3,)),
        ),
    ),
    # Two rows of one name: the distances differ, the table does not say so in its stage column.
    "zh one name twice in one table": (
        SHORT
        + """\
stage, 表3.4, 运输, , 0.31, kgCO2e/件
stage, 表3.4, 生产, , 4.40, kgCO2e/件
stage, 表3.4, 运输, , 0.12, kgCO2e/件
total, 表3.4, , , 4.83, kgCO2e/件
stage, 表3.5, 生产, , 4.4, kgCO2e/件
""",
        (Slip("0.12", "0.21", 5), Slip("4.4, ", "4.9, ", 6, (3,))),
    ),
    "zh of which": (
        SHORT
        + """\
stage, 表2, 生产, , 9.957, kgCO2e/台
stage, 表2, 生产, 其中：外购电力, 7.310, kgCO2e/台
stage, 表2, 原材料获取, , 2.671, kgCO2e/台
total, 表2, , , 12.628, kgCO2e/台
""",
        (Slip("2.671", "2.761", 5, (4,)),),
    ),
    "en thousands": (
        SHORT
        + """\
stage, Table 2, raw materials, , "12,345.6", kgCO2e/machine, 81.2
stage, Table 2, production, , "1,234", kgCO2e/machine, 8.1
stage, Table 2, use, , "1,617.9", kgCO2e/machine, 10.6
total, Table 2, , , "15,197.5", kgCO2e/machine, 99.9
""",
        (Slip('"1,234"', '"1.234"', 5, (3,)), Slip('"15,197.5"', '"15,917.5"', 5)),
    ),
    "zh storage within distribution": (
        SHORT
        + """\
stage, 表7, 原材料, , 3.05, kgCO2e/台
stage, 表7, 制造, , 1.18, kgCO2e/台
stage, 表7, 运输/交付, 成品运输, 0.26, kgCO2e/台
stage, 表7, 运输/交付, 仓储, 0.07, kgCO2e/台
total, 表7, , , 4.56, kgCO2e/台
boundary, 3.2, , , , , , 原材料获取、生产、运输
stage, 摘要, 运输/交付, , 0.33, kgCO2e/台
""",
        (
            Slip("0.07", "0.70", 6, (5,)),
            Slip("原材料获取、生产、运输", "原材料获取、生产", 7, (4, 5)),
            Slip("0.33", "3.30", 8, (4, 5)),
        ),
    ),
}
