"""Products of many kinds, with figures as published footprints and statistics have them.

Every one is right, and no rule on sizes may say a word about it.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.verify.inventories import Product

GATE = "cradle-to-gate"
GRID = "CN-ELEC-CFP-2024"

PLAUSIBLE: Mapping[str, Product] = {
    # 8 W for five years: 0.008 × 8760 × 5 = 350 kWh; by air to Europe: 0.00063 t × 9,000 km
    "electronics: a router": Product(
        f"""
        raw; board; printed circuit board; 0.09 kg; PCB 45 kg
        raw; board; integrated circuits; 0.008 kg; IC packaged 620 kg
        raw; housing; ABS; 0.28 kg; ABS 3.4 kg
        raw; adapter; power adapter; 0.11 kg; adapter electronics 14 kg
        raw; packaging; carton; 140 g; carton 0.9 kg
        make; assembly; electricity; 1.2 kWh; {GRID}
        ship; air; air freight; 5.67 t·km; air freight 0.6 t·km
        ship; road; lorry; 90 kg·km; lorry 0.1 t·km
        use; use; 8 W all day, 5 years; 350.4 kWh; {GRID}
        end; recycling; recycling of the device; 0.488 kg; WEEE recycling 0.3 kg
        end; recycling; recycling of paper; 0.14 kg; paper recycling 0.02 kg
        """
    ),
    # 16 kWh and 25 kg of steam for one kilogram of fabric
    "textile: a T-shirt": Product(
        f"""
        raw; fibre; cotton; 0.19 kg; cotton fibre 2.3 kg
        raw; dyeing; dyes and salts; 0.03 kg; dyes 3.1 kg
        make; knitting; electricity; 2.4 kWh; {GRID}
        make; dyeing; steam purchased; 3.8 kg; steam 0.31 kg
        make; dyeing; process water; 14 L; tap water 0.00023 L
        ship; sea; container ship; 2.9 t·km; ship 0.012 t·km
        use; washing; 50 washes in 2 years; 18 kWh; {GRID}
        end; incineration; incineration; 0.15 kg; incineration of textiles 1.1 kg
        """,
        life=2.0,
    ),
    # 5.1 kg of bar become 3.2 kg; the turnings go to a foundry
    "a machined steel part": Product(
        f"""
        raw; bar; steel bar; 5.1 kg; steel bar 2.2 kg
        raw; packaging; carton and film; 0.2 kg; packaging 1.1 kg
        make; turning; electricity; 4.4 kWh; {GRID}
        make; turning; turnings; 1.9 kg; scrap steel recycling 0.02 kg
        make; turning; cutting fluid; 0.02 kg; emulsion 1.5 kg
        """,
        boundary=GATE,
        mass_kg=3.2,
        life=None,
        function=None,
    ),
    "food: a kilogram of biscuits": Product(
        f"""
        raw; dough; wheat flour; 0.66 kg; wheat flour 0.6 kg
        raw; dough; sugar; 0.2 kg; sugar 0.7 kg
        raw; dough; palm oil; 0.17 kg; palm oil 3.0 kg
        raw; packaging; film; 0.012 kg; PP film 2.6 kg
        make; oven; electricity; 0.24 kWh; {GRID}
        ship; road; lorry; 0.42 t·km; lorry 0.1 t·km
        end; landfill; film; 0.012 kg; landfill 0.03 kg
        """,
        unit="1 kg",
        life=None,
        boundary=GATE,
    ),
    # 0.6 t of clinker: 0.31 t of CO2 from limestone, 0.07 t of coal
    "a tonne of cement": Product(
        f"""
        raw; meal; limestone; 930 kg; limestone 0.0022 kg
        raw; grinding; slag; 300 kg; slag 0.02 kg
        raw; grinding; gypsum; 45 kg; gypsum 0.033 kg
        make; kiln; coal; 1.9 GJ; coal 96 GJ
        make; kiln; CO2 of limestone; 312 kg; calcination 1 kg
        make; mill; electricity; 78 kWh; {GRID}
        """,
        unit="1 t",
        boundary=GATE,
        life=None,
    ),
    "furniture: a chair": Product(
        f"""
        raw; seat; plywood; 3.8 kg; plywood 0.7 kg
        raw; frame; steel tube; 2.1 kg; steel tube 2.9 kg
        raw; cushion; polyurethane foam; 0.5 kg; foam 4.6 kg
        raw; cushion; wool cover; 0.3 kg; wool fabric 48 kg
        make; all; electricity; 5.5 kWh; {GRID}
        make; paint; natural gas; 0.4 Nm3; natural gas burnt 2.16 Nm3
        ship; road; lorry; 3.9 t·km; lorry 0.1 t·km
        end; landfill; landfill; 4.6 kg; landfill 0.04 kg
        end; recycling; steel; 2.1 kg; scrap recycling 0.02 kg
        """,
        life=10.0,
    ),
    # S + 1.5 O2 + H2O: 0.327 t of sulphur make one tonne
    "a chemical: a tonne of sulphuric acid": Product(
        f"""
        raw; acid; sulphur; 327 kg; sulphur 0.2 kg
        raw; acid; process water; 0.25 m3; process water 0.3 m3
        make; acid; electricity; 52 kWh; {GRID}
        ship; rail; railway; 210 t·km; railway 0.01 t·km
        """,
        unit="1 t",
        boundary=GATE,
        life=None,
    ),
    # 75 kWh at 66 kg per kWh of capacity; the pack weighs 430 kg
    "an EV battery": Product(
        f"""
        raw; cells; battery cells; 75 kWh; NMC battery cells 66 kWh
        raw; case; aluminium profiles; 46 kg; aluminium 16.5 kg
        raw; wiring; copper; 11 kg; copper 4.1 kg
        raw; BMS; battery management electronics; 3 kg; electronics 32 kg
        make; assembly; electricity; 380 kWh; {GRID}
        ship; road; lorry; 260 t·km; lorry 0.1 t·km
        """,
        boundary=GATE,
        mass_kg=430.0,
        life=None,
    ),
    "a tonne of paper": Product(
        f"""
        raw; pulp; wood; 2.3 t; wood 60 t
        raw; pulp; chemicals; 120 kg; chemicals 0.9 kg
        make; machine; electricity; 620 kWh; {GRID}
        make; machine; steam from the neighbour, purchased; 5.8 GJ; heat 110 GJ
        make; machine; process water; 22 m3; process water 0.3 m3
        make; machine; sludge; 60 kg; landfill of sludge 0.2 kg
        """,
        unit="1 t",
        boundary=GATE,
        life=None,
    ),
    # 30,000 kWh a year for 15 years
    "a machining centre": Product(
        f"""
        raw; bed; cast iron; 3.2 t; cast iron 1900 t
        raw; frame; steel; 1100 kg; steel 2.3 kg
        raw; drives; motors; 240 kg; motors 5.5 kg
        raw; control; cabinet electronics; 60 kg; electronics 22 kg
        make; foundry; electricity; 5200 kWh; {GRID}
        make; heating; natural gas; 900 Nm3; natural gas burnt 2.16 Nm3
        ship; sea; ship; 41000 t·km; ship 0.012 t·km
        use; cutting; 30000 kWh a year, 15 years; 450000 kWh; {GRID}
        end; recycling; dismantling; 4600 kg; dismantling 0.03 kg
        end; recycling; metal; 4500 kg; metal recycling 0.05 kg
        end; landfill; rest; 100 kg; landfill 0.04 kg
        """,
        life=15.0,
    ),
    # 0.6 kWh for 1.6 g: 375 kWh/kg
    "a packaged circuit": Product(
        f"""
        raw; die; silicon wafer; 0.0006 kg; silicon wafer 310 kg
        raw; bonding; gold wire; 10 mg; gold wire 31000 kg
        raw; mould; epoxy; 0.001 kg; epoxy resin 6.5 kg
        make; fab; electricity; 0.6 kWh; {GRID}
        make; fab; NF3 that escapes; 0.0000004 kg; NF3 17400 kg
        """,
        boundary=GATE,
        life=None,
    ),
    # 53 kWh of wind power for one kilogram, and ten litres of water
    "a kilogram of hydrogen by electrolysis": Product(
        """
        raw; water; deionised water; 10 L; deionised water 0.5 m3
        make; stack; electricity from wind; 53 kWh; wind power 0.0324 kWh
        make; compressor; electricity from the grid; 3.1 kWh; CN-ELEC-CFP-2024
        """,
        unit="1 kg",
        boundary=GATE,
        life=None,
    ),
    # 6 t/ha from 150 kg of seed and 500 kg of fertiliser
    "a tonne of wheat": Product(
        """
        raw; field; seed; 25 kg; seed 0.5 kg
        raw; field; urea; 42 kg; urea 1.9 kg
        raw; field; diesel; 13 L; diesel burnt 2.7 L
        make; drying; electricity; 9 kWh; CN-ELEC-CFP-2024
        """,
        unit="1 t",
        boundary=GATE,
        life=None,
    ),
    "a sack of rice": Product(
        f"""
        raw; rice; paddy; 7.2 kg; paddy rice 1.6 kg
        raw; packaging; PP bag; 0.03 kg; PP 1.95 kg
        make; mill; electricity; 0.5 kWh; {GRID}
        ship; road; lorry; 4.1 t·km; lorry 0.1 t·km
        use; cooking; rice cooker; 3.5 kWh; {GRID}
        end; landfill; bag; 0.03 kg; landfill 0.03 kg
        """,
        life=1.0,
        mass_kg=5.0,
    ),
    "a cubic metre of concrete": Product(
        f"""
        raw; mix; cement; 320 kg; cement 0.735 kg
        raw; mix; sand and gravel; 1.85 t; gravel 2.3 t
        raw; mix; process water; 170 kg; tap water 0.0003 kg
        make; plant; electricity; 2.4 kWh; {GRID}
        ship; road; mixer lorry; 35 t·km; lorry 0.16 t·km
        """,
        unit="1 m3",
        boundary=GATE,
        life=None,
    ),
    # 25 L in 100 km for 1,000,000 km
    "a lorry with its diesel": Product(
        f"""
        raw; frame; steel; 4800 kg; steel 2.3 kg
        raw; cab; plastics; 900 kg; plastics 3.3 kg
        raw; tyres; rubber; 600 kg; rubber 3.2 kg
        make; all; electricity; 4100 kWh; {GRID}
        ship; road; on its own wheels; 60 L; diesel burnt 2.7 L
        use; driving; 25 L in 100 km, 1000000 km; 250000 L; diesel burnt 2.7 L
        use; driving; its upstream; 250000 L; WTT diesel 0.6 L
        use; tyres; spare tyres; 4 t; rubber 3.2 kg
        end; recycling; shredding; 6300 kg; shredding 0.03 kg
        end; landfill; tyres; 4600 kg; landfill 0.05 kg
        """,
        life=10.0,
    ),
    # 30 % of the mass of its materials is ground off; 1 kg flown from a plant abroad
    "jewellery: a ring": Product(
        f"""
        raw; ring; gold; 6 g; gold 28000 kg
        raw; stone; grown diamond; 0.1 g; grown diamond 90000 kg
        make; workshop; electricity; 2.2 kWh; {GRID}
        ship; air; air freight; 0.05 t·km; air freight 0.9 t·km
        """,
        boundary=GATE,
        life=None,
    ),
}

RIGHT_SUMS: Mapping[str, str] = {
    # rows that belong together and count nothing twice
    "combustion beside its upstream": """
        make; boiler; diesel; 12.5 L; diesel burnt 2.7 L
        make; boiler; diesel; 12.5 L; WTT diesel 0.61 L
        """,
    "power beside its losses": """
        make; line; electricity; 31.7 kWh; grid power 0.55 kWh
        make; line; electricity; 31.7 kWh; transmission losses 0.033 kWh
        """,
    "freight beside its well-to-tank part": """
        ship; road; lorry; 3.7 t·km; lorry 0.1 t·km
        ship; road; lorry; 3.7 t·km; WTT lorry 0.024 t·km
        """,
    "a lorry's fuel upstream beside its t·km": """
        ship; road; lorry; 3.7 t·km; lorry 0.1 t·km
        ship; road; diesel; 0.09 kg; WTT diesel 0.6 kg
        """,
    "a material beside its disposal": """
        raw; film; PE film; 0.125 kg; PE 2.4 kg
        make; film; PE film; 0.125 kg; landfill 0.03 kg
        """,
    "gases of one fuel": """
        make; boiler; natural gas; 4.321 Nm3; natural gas, CO2 2.16 Nm3
        make; boiler; natural gas; 4.321 Nm3; natural gas, CH4 0.001 Nm3
        make; boiler; natural gas; 4.321 Nm3; natural gas, N2O 0.001 Nm3
        """,
    "equal screws in two places": """
        raw; lid; screw; 0.0125 kg; steel 2.2 kg
        raw; base; screw; 0.0125 kg; steel 2.2 kg
        """,
    "equal round amounts of two sources": """
        make; line; solar power; 50 kWh; solar power 0.052 kWh
        make; line; power of the grid; 50 kWh; CN-ELEC-CFP-2024
        """,
    "two materials of equal mass": """
        raw; body; steel; 0.125 kg; steel 2.2 kg
        raw; body; ABS; 0.125 kg; ABS 3.4 kg
        """,
    "a forklift beside freight": """
        ship; store; diesel of the forklift; 0.05 kg; CN-FUEL-GBT32151-DIESEL
        ship; store; lorry; 3.7 t·km; lorry 0.1 t·km
        """,
    "a boiler beside purchased steam": """
        make; heat; boiler, natural gas; 4.3 Nm3; CN-FUEL-GBT32151-NATURAL-GAS
        make; heat; purchased steam; 12 kg; steam 0.31 kg
        """,
    "two legs of a way": """
        ship; to the port; lorry; 3.7 t·km; lorry 0.1 t·km
        ship; from the port; lorry; 3.7 t·km; lorry 0.1 t·km
        """,
}
