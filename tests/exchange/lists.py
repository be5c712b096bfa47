"""Lists as other programs write them."""

BOM = """\
料号,物料名称,规格,数量,单位,备注
A1,不锈钢外壳,304,1.2,KG,
A2,PP内胆,,0.35 ,kg,
A2,PP内胆,,0.35,kg,
A3,纸箱,五层,400,g,
A4,PCBA,,1,PCS,
,合计,,3,kg,
"""
LEVELS = """\
Level,Part No,Description,Qty,UoM
0,K1,Kettle,1,PCE
1,B1,Base,2,PCE
2,S1,Carbon steel plate,0.5,kg
2,F1,Screws,10,g
1,C1,Carton box,0.3,kg
"""
