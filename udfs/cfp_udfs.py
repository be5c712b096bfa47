"""The CFP_* functions for Excel, through xlwings (Windows).

Generated from cfp_xl's function registry by `cfp-xl build`; changes made here are lost.
How to install it: README.md beside this file. Experimental: see there what that means.
"""

import xlwings as xw

from cfp_xl.hosts.edge import called_from_excel


@xw.func(category="CFP 因子 Factors", call_in_wizard=True)
@xw.arg("id", "raw", doc="因子编号，如 CN-ELEC-CFP-2024 | the factor's id, such as CN-ELEC-CFP-2024")
@xw.arg("unit", "raw", doc="所需的分母单位，如 MWh；省略时用因子自己的单位 | the denominator wanted, such as MWh; the factor's own when left out")
@xw.arg("factors", "raw", doc="含标题行的因子区域（编号、数值、单位、每单位）；省略时只用内置因子库 | a range of factors with its headings (id, value, unit, per_unit); only the built-in sets when left out")
@xw.ret("raw")
def CFP_FACTOR(id, unit=None, factors=None):
    """按编号取排放因子，可换算到所需的分母单位 | The emission factor with this id, converted to the denominator wanted"""
    return called_from_excel("CFP_FACTOR", id, unit, factors)


@xw.func(category="CFP 因子 Factors", call_in_wizard=True)
@xw.arg("id", "raw", doc="因子编号 | the factor's id")
@xw.arg("field", "raw", doc="来源（省略时）；或因子表的任一标题：名称、数值、单位、年份、地区、发布机构、发布日期、表号、许可、可信度、GWP版本等；另有 英文名称、因子集 | source when left out; or any heading of the factors table, such as name, value, year, region, publisher, licence; also name_en, set")
@xw.arg("factors", "raw", doc="含标题行的因子区域；省略时只用内置因子库 | a range of factors with its headings; only the built-in sets when left out")
@xw.ret("raw")
def CFP_FACTOR_INFO(id, field=None, factors=None):
    """查看因子的来源或其他属性。 | Where a factor comes from, or another of its properties."""
    return called_from_excel("CFP_FACTOR_INFO", id, field, factors)


@xw.func(category="CFP 因子 Factors", call_in_wizard=False)
@xw.arg("text", "raw", doc="要找的词，次序不限，如 “柴油” 或 “electricity 2024” | the words to find, in any order, such as 柴油 or “electricity 2024”")
@xw.arg("limit", "raw", doc="最多几行，默认 10 | how many rows at most, 10 when left out")
@xw.arg("factors", "raw", doc="含标题行的因子区域，如 cfp_factors，其中的自有因子一并查找；省略时只查内置因子库 | a range of factors with its headings, such as cfp_factors, whose own factors are searched too; only the built-in sets when left out")
@xw.ret("raw")
def CFP_FACTOR_SEARCH(text, limit=None, factors=None):
    """按中文或英文词查找内置因子和表内自有因子，最相近的在前。结果为多行：编号、名称、数值、单位、来源。 | Finds built-in factors, and those of a sheet, by Chinese or English words, the nearest first. Spills rows of id, name, value, unit and source."""
    return called_from_excel("CFP_FACTOR_SEARCH", text, limit, factors)


@xw.func(category="CFP 因子 Factors", call_in_wizard=True)
@xw.arg("ncv", "raw", doc="低位发热量，GJ/t | net calorific value, GJ/t")
@xw.arg("carbon_content", "raw", doc="单位热值含碳量，tC/TJ | carbon content, tC/TJ")
@xw.arg("oxidation", "raw", doc="碳氧化率，0–1 | oxidation ratio, 0–1")
@xw.ret("raw")
def CFP_FUEL_FACTOR(ncv, carbon_content, oxidation):
    """1 kg 燃料燃烧的二氧化碳：低位热值 × 单位热值含碳量 × 氧化率 × 44/12（GB/T 32151）。 | CO2 from burning 1 kg of a fuel: net calorific value × carbon content × oxidation × 44/12 (GB/T 32151)."""
    return called_from_excel("CFP_FUEL_FACTOR", ncv, carbon_content, oxidation)


@xw.func(category="CFP 因子 Factors", call_in_wizard=True)
@xw.arg("gas", "raw", doc="气体，如 CH4、甲烷、SF6 | the gas, such as CH4 or SF6")
@xw.arg("set_", "raw", doc="IPCC 评估报告：SAR、TAR、AR4、AR5、AR6 | the IPCC report: SAR, TAR, AR4, AR5 or AR6")
@xw.ret("raw")
def CFP_GWP(gas, set_):
    """气体的 100 年全球变暖潜势（GWP100）。 | The 100-year global warming potential of a gas."""
    return called_from_excel("CFP_GWP", gas, set_)


@xw.func(category="CFP 排放量 Emissions", call_in_wizard=True)
@xw.arg("quantity", "raw", doc="活动数据的数量，单位见下一参数；空白不算 0 | the quantity, in the unit of the next argument; a blank is not 0")
@xw.arg("unit", "raw", doc="数量的单位，如 kWh、kg、L、t·km | the quantity's unit, such as kWh, kg, L or t·km")
@xw.arg("factor_id", "raw", doc="因子编号 | the factor's id")
@xw.arg("factors", "raw", doc="含标题行的因子区域；省略时只用内置因子库 | a range of factors with its headings; only the built-in sets when left out")
@xw.arg("bridge", "raw", doc="换算系数，如柴油密度 0.84 | a density or heating value, such as 0.84 for diesel")
@xw.arg("bridge_unit", "raw", doc="换算系数的单位，如 kg/L、GJ/t | the bridge's unit, such as kg/L or GJ/t")
@xw.arg("assemblies", "raw", doc="含标题行的组件区域；没有组件时省略 | a range of assemblies with its headings; left out where there are none")
@xw.ret("raw")
def CFP_EMISSION(quantity, unit, factor_id, factors=None, bridge=None, bridge_unit=None, assemblies=None):
    """一项活动的排放量：数量 × 因子，单位自动换算。数量与因子量纲不同时，用换算系数（密度或热值）衔接。 | The emission of an activity: quantity × factor, units converted. A bridge (a density or a heating value) joins litres to a factor per kg."""
    return called_from_excel("CFP_EMISSION", quantity, unit, factor_id, factors, bridge, bridge_unit, assemblies)


@xw.func(category="CFP 排放量 Emissions", call_in_wizard=True)
@xw.arg("mass", "raw", doc="货物质量 | the mass moved")
@xw.arg("mass_unit", "raw", doc="质量的单位，如 t、kg | the unit of the mass, such as t or kg")
@xw.arg("distance", "raw", doc="运输距离 | the distance")
@xw.arg("distance_unit", "raw", doc="距离的单位，如 km | the unit of the distance, such as km")
@xw.arg("factor_id", "raw", doc="以吨公里为分母的因子编号 | the id of a factor per tonne-kilometre")
@xw.arg("factors", "raw", doc="含标题行的因子区域；省略时只用内置因子库 | a range of factors with its headings; only the built-in sets when left out")
@xw.ret("raw")
def CFP_TRANSPORT(mass, mass_unit, distance, distance_unit, factor_id, factors=None):
    """运输的排放量：质量 × 距离 × 每吨公里因子。 | The emission of moving a mass over a distance: mass × distance × factor per tonne-kilometre."""
    return called_from_excel("CFP_TRANSPORT", mass, mass_unit, distance, distance_unit, factor_id, factors)


@xw.func(category="CFP 排放量 Emissions", call_in_wizard=True)
@xw.arg("mass", "raw", doc="气体质量 | the mass of the gas")
@xw.arg("unit", "raw", doc="质量的单位，如 kg、g、t | the unit of the mass, such as kg, g or t")
@xw.arg("gas", "raw", doc="气体，如 CH4、甲烷、SF6 | the gas, such as CH4 or SF6")
@xw.arg("set_", "raw", doc="IPCC 评估报告：SAR、TAR、AR4、AR5、AR6 | the IPCC report: SAR, TAR, AR4, AR5 or AR6")
@xw.ret("raw")
def CFP_CO2E(mass, unit, gas, set_):
    """一定质量的温室气体折合的二氧化碳当量：质量 × GWP100。 | The CO2 equivalent of a mass of gas: mass × GWP100."""
    return called_from_excel("CFP_CO2E", mass, unit, gas, set_)


@xw.func(category="CFP 排放量 Emissions", call_in_wizard=True)
@xw.arg("quantity", "raw", doc="共用量，如全厂用电 | the shared quantity, such as the electricity of a site")
@xw.arg("product_basis", "raw", doc="本产品的分摊基数，如产量 | the product's basis, such as its output")
@xw.arg("total_basis", "raw", doc="全部产品的分摊基数，与上一参数同单位 | the basis of all products, in the same unit")
@xw.ret("raw")
def CFP_ALLOCATE(quantity, product_basis, total_basis):
    """把共用量分摊到本产品：数量 × 本产品基数 ÷ 总基数。 | A product's part of a shared quantity: quantity × its basis / the basis of all."""
    return called_from_excel("CFP_ALLOCATE", quantity, product_basis, total_basis)


@xw.func(category="CFP 排放量 Emissions", call_in_wizard=True)
@xw.arg("value", "raw", doc="要换算的数值 | the number to convert")
@xw.arg("from_", "raw", doc="原单位，如 MWh、吨 | its unit, such as MWh or t")
@xw.arg("to_", "raw", doc="目标单位，如 kWh、千克 | the unit wanted, such as kWh or kg")
@xw.ret("raw")
def CFP_CONVERT(value, from_, to_):
    """换算单位，中文单位名也可用。 | Converts between units; Chinese names of units work too."""
    return called_from_excel("CFP_CONVERT", value, from_, to_)


@xw.func(category="CFP 分析 Study", call_in_wizard=True)
@xw.arg("activities", "raw", doc="含标题行的活动数据区域 | the range of activities with its headings")
@xw.arg("factors", "raw", doc="含标题行的因子区域；省略时只用内置因子库 | a range of factors with its headings; only the built-in sets when left out")
@xw.arg("what", "raw", doc="low、high、median、mean 或 gsd2（省略时）；stated 为注明了不确定度的输入个数 | low, high, median, mean, or gsd2 (when left out); stated: how many inputs state an uncertainty")
@xw.arg("assemblies", "raw", doc="含标题行的组件区域；没有组件时省略 | a range of assemblies with its headings; left out where there are none")
@xw.ret("raw")
def CFP_INTERVAL(activities, factors=None, what=None, assemblies=None):
    """总量的 95 % 区间（下限、上限）、中位数、均值或 GSD²，由活动和因子各行注明的不确定度按一阶公式求得；同一因子、同一计量只算一个随机量。 | The 95 % range of the total (low, high), its median, mean or GSD², by first order from the uncertainty that activities and factors state; one factor, one meter is one random input."""
    return called_from_excel("CFP_INTERVAL", activities, factors, what, assemblies)


@xw.func(category="CFP 分析 Study", call_in_wizard=True)
@xw.arg("activities", "raw", doc="含标题行的活动数据区域 | the range of activities with its headings")
@xw.arg("n", "raw", doc="最多几行，默认 10 | how many rows at most, 10 when left out")
@xw.arg("factors", "raw", doc="含标题行的因子区域；省略时只用内置因子库 | a range of factors with its headings; only the built-in sets when left out")
@xw.arg("assemblies", "raw", doc="含标题行的组件区域；没有组件时省略 | a range of assemblies with its headings; left out where there are none")
@xw.ret("raw")
def CFP_HOTSPOTS(activities, n=None, factors=None, assemblies=None):
    """排放量最大的活动，从大到小。结果为多行三列：名称、kgCO2e、占总量的比例。 | The activities with the largest emissions, largest first. Spills rows of name, kgCO2e and share of the total."""
    return called_from_excel("CFP_HOTSPOTS", activities, n, factors, assemblies)


@xw.func(category="CFP 分析 Study", call_in_wizard=True)
@xw.arg("activities", "raw", doc="含标题行的活动数据区域 | the range of activities with its headings")
@xw.arg("aspect", "raw", doc="technology、geography、time | technology, geography or time")
@xw.arg("factors", "raw", doc="含标题行的因子区域；省略时只用内置因子库 | a range of factors with its headings; only the built-in sets when left out")
@xw.arg("assemblies", "raw", doc="含标题行的组件区域；没有组件时省略 | a range of assemblies with its headings; left out where there are none")
@xw.ret("raw")
def CFP_DQR(activities, aspect=None, factors=None, assemblies=None):
    """按排放量加权的数据质量评级，1 最好，5 最差：技术、地理、时间（PACT），或五项评分之一 | The emission-weighted data quality rating, 1 best to 5: technology, geography, time (PACT), or one of the five scores"""
    return called_from_excel("CFP_DQR", activities, aspect, factors, assemblies)


@xw.func(category="CFP 分析 Study", call_in_wizard=True)
@xw.arg("scores", "raw", doc="五个单元格，次序如上 | five cells, in that order")
@xw.arg("basic", "raw", doc="基本类别：energy、material、waste、transport、infrastructure、co2、ch4_n2o，或其 U 值 | the basic class: energy, material, waste, transport, infrastructure, co2, ch4_n2o; or its U")
@xw.ret("raw")
def CFP_GSD2(scores, basic):
    """由五项评分（可靠性、完整性、时间、地理、技术，各 1 至 5）和基本不确定度求 GSD²：exp √(Σ ln²U + ln²U基本)。 | GSD² by the five scores (reliability, completeness, time, geography, technology, 1 to 5 each) and the basic uncertainty: exp √(Σ ln²U + ln²U_basic)."""
    return called_from_excel("CFP_GSD2", scores, basic)


@xw.func(category="CFP 碳足迹 Footprint", call_in_wizard=True)
@xw.arg("stage", "raw", doc="阶段：编号、ISO 名称、GB/T 名称或别名，如 “生产” | the stage: its id, ISO name, GB/T name or an alias, such as production")
@xw.arg("activities", "raw", doc="含标题行的活动数据区域 | the range of activities with its headings")
@xw.arg("process", "raw", doc="只算这一过程；省略为全部 | only this process; all of them when left out")
@xw.arg("factors", "raw", doc="含标题行的因子区域；省略时只用内置因子库 | a range of factors with its headings; only the built-in sets when left out")
@xw.arg("assemblies", "raw", doc="含标题行的组件区域；没有组件时省略 | a range of assemblies with its headings; left out where there are none")
@xw.ret("raw")
def CFP_STAGE(stage, activities, process=None, factors=None, assemblies=None):
    """一个生命周期阶段（可限定其中一个过程）的碳足迹 | The footprint of a life cycle stage, or of one process in it"""
    return called_from_excel("CFP_STAGE", stage, activities, process, factors, assemblies)


@xw.func(category="CFP 碳足迹 Footprint", call_in_wizard=True)
@xw.arg("activities", "raw", doc="含标题行的活动数据区域 | the range of activities with its headings")
@xw.arg("factors", "raw", doc="含标题行的因子区域；省略时只用内置因子库 | a range of factors with its headings; only the built-in sets when left out")
@xw.arg("assemblies", "raw", doc="含标题行的组件区域；没有组件时省略 | a range of assemblies with its headings; left out where there are none")
@xw.ret("raw")
def CFP_TOTAL(activities, factors=None, assemblies=None):
    """各阶段碳足迹之和。任何一行缺失或出错，合计即报错，绝不按 0 计。 | The footprint of all stages. Any missing or failed row fails the total; it never counts as 0."""
    return called_from_excel("CFP_TOTAL", activities, factors, assemblies)


@xw.func(category="CFP 碳足迹 Footprint", call_in_wizard=True)
@xw.arg("stage", "raw", doc="阶段：编号、ISO 名称、GB/T 名称或别名 | the stage: its id, ISO name, GB/T name or an alias")
@xw.arg("activities", "raw", doc="含标题行的活动数据区域 | the range of activities with its headings")
@xw.arg("process", "raw", doc="只算这一过程；省略为全部 | only this process; all of them when left out")
@xw.arg("factors", "raw", doc="含标题行的因子区域；省略时只用内置因子库 | a range of factors with its headings; only the built-in sets when left out")
@xw.arg("assemblies", "raw", doc="含标题行的组件区域；没有组件时省略 | a range of assemblies with its headings; left out where there are none")
@xw.ret("raw")
def CFP_SHARE(stage, activities, process=None, factors=None, assemblies=None):
    """一个阶段（或其中一个过程）占总碳足迹的比例。 | The part of the total that a stage, or one process in it, makes up."""
    return called_from_excel("CFP_SHARE", stage, activities, process, factors, assemblies)


@xw.func(category="CFP 碳足迹 Footprint", call_in_wizard=True)
@xw.arg("activities", "raw", doc="含标题行的活动数据区域 | the range of activities with its headings")
@xw.arg("what", "raw", doc="哪一部分：fossil、land_use_change、biogenic_other、biogenic_co2、uptake、credits、aircraft、excluding、including、direct、indirect、site:地点名 | which part: fossil, land_use_change, biogenic_other, biogenic_co2, uptake, credits, aircraft, excluding, including, [...]")
@xw.arg("factors", "raw", doc="含标题行的因子区域；省略时只用内置因子库 | a range of factors with its headings; only the built-in sets when left out")
@xw.arg("assemblies", "raw", doc="含标题行的组件区域；没有组件时省略 | a range of assemblies with its headings; left out where there are none")
@xw.ret("raw")
def CFP_PART(activities, what, factors=None, assemblies=None):
    """总量的一部分或总量之外单列的量：化石、土地利用变化、生物源其他（CH4、N2O）、生物源 CO2 排放、吸收、航空、避免排放，不含和含生物源 CO2 的总量，以及直接、间接排放和某一地点的排放 | A part of the total or what is shown beside it: fossil, land use change, biogenic other (CH4, N2O), biogenic CO2 emitted, uptake, aircraft, credits, [...]"""
    return called_from_excel("CFP_PART", activities, what, factors, assemblies)


@xw.func(category="CFP 碳足迹 Footprint", call_in_wizard=True)
@xw.arg("id", "raw", doc="组件编号 | the assembly's id")
@xw.arg("activities", "raw", doc="含标题行的活动数据区域 | the range of activities with its headings")
@xw.arg("factors", "raw", doc="含标题行的因子区域；可留空，只用内置因子库 | a range of factors with its headings; only the built-in sets when left blank")
@xw.arg("assemblies", "raw", doc="含标题行的组件区域（编号、产出量、单位） | the range of assemblies with its headings (id, output, unit)")
@xw.ret("raw")
def CFP_ASSEMBLY(id, activities, factors, assemblies):
    """一个组件每单位的碳足迹：属于它的各行之和除以产出量，其中可以再用其他组件（A-编号），层数不限。只读输入列。 | The footprint of one unit of an assembly: the rows that belong to it, over its output. They may take other assemblies (A-<id>), to any depth. Only input columns are read."""
    return called_from_excel("CFP_ASSEMBLY", id, activities, factors, assemblies)


@xw.func(category="CFP 碳足迹 Footprint", call_in_wizard=True)
@xw.arg("activities", "raw", doc="含标题行的活动数据区域 | the range of activities with its headings")
@xw.arg("stage", "raw", doc="只看这一阶段；省略为全部 | only this stage; all of them when left out")
@xw.arg("lang", "raw", doc="说明的语言 zh 或 en；省略时随标题行 | the language of the words, zh or en; that of the headings when left out")
@xw.ret("raw")
def CFP_STATUS(activities, stage=None, lang=None):
    """用文字说明活动数据还缺什么：哪一行、为什么；齐全时为 “OK”。因子是否找得到由 CFP_DIAGNOSE 逐行判断。 | What the activities still lack, in words: which rows and why; “OK” when nothing. Whether a factor is found is CFP_DIAGNOSE's to say, row by row."""
    return called_from_excel("CFP_STATUS", activities, stage, lang)


@xw.func(category="CFP 检查 Checks", call_in_wizard=True)
@xw.arg("value", "raw", doc="要比对的数值 | the value")
@xw.arg("printed", "raw", doc="所载数字，最好是文本，以保留末尾的 0，如 “9.9560” 或 “17.81 %” | the number as printed, best as a text, so that its last zeros survive, such as “9.9560” or “17.81 %”")
@xw.ret("raw")
def CFP_AGREES(value, printed):
    """数值与所载数字是否相符：所载数字代表其末位的半个单位之内。 | Whether a value agrees with a printed number, which stands for all values within half a unit of its last digit."""
    return called_from_excel("CFP_AGREES", value, printed)


@xw.func(category="CFP 检查 Checks", call_in_wizard=True)
@xw.arg("quantity", "raw", doc="活动数据的数量 | the quantity")
@xw.arg("unit", "raw", doc="数量的单位 | the quantity's unit")
@xw.arg("factor_id", "raw", doc="因子编号 | the factor's id")
@xw.arg("factors", "raw", doc="含标题行的因子区域；省略时只用内置因子库 | a range of factors with its headings; only the built-in sets when left out")
@xw.arg("lang", "raw", doc="说明的语言 zh 或 en；省略时随因子区域的标题行，没有该区域时为英文 | the language of the words, zh or en; when left out that of the factors' headings, or English")
@xw.arg("assemblies", "raw", doc="含标题行的组件区域；没有组件时省略 | a range of assemblies with its headings; left out where there are none")
@xw.ret("raw")
def CFP_DIAGNOSE(quantity, unit, factor_id, factors=None, lang=None, assemblies=None):
    """用文字说明一行活动数据哪里有问题、怎么改；没有问题时为 “OK”。 | Says in words what is wrong with an activity and what to do; “OK” when nothing is."""
    return called_from_excel("CFP_DIAGNOSE", quantity, unit, factor_id, factors, lang, assemblies)


@xw.func(category="CFP 检查 Checks", call_in_wizard=True)
@xw.ret("raw")
def CFP_VERSION():
    """本函数库的版本。 | The version of these functions."""
    return called_from_excel("CFP_VERSION")
