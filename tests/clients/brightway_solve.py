"""Solves exported models with Brightway; run by the Python of an environment that has it.

    python brightway_solve.py FOLDER MODEL.zip MODEL.xlsx …

prints, for each file, what is emitted per product in kg by flow, and of a zip what its own impact
categories make of that. Nothing here knows the project.
"""

from __future__ import annotations

import json
import os
import sys
import zipfile
from pathlib import Path

os.environ["BRIGHTWAY2_DIR"] = sys.argv[1]

import bw2calc
import bw2data
import bw2io
import bw_processing
import numpy as np
from bw2io.importers.json_ld import JSONLDImporter


def solve(product: tuple[str, str], amount: float) -> dict[str, float]:
    """What is emitted for so much of a product.

    Brightway stores its arrays with 7 digits; so its solver is given the amounts as its database
    has them, with all their digits.
    """
    package = bw_processing.create_datapackage()
    exchanges = [one for activity in bw2data.Database(product[0]) for one in activity.exchanges()]
    for matrix, kinds in (
        ("technosphere_matrix", ("production", "technosphere")),
        ("biosphere_matrix", ("biosphere",)),
    ):
        of_matrix = [one for one in exchanges if one["type"] in kinds]
        indices = [(one.input.id, one.output.id) for one in of_matrix]
        package.add_persistent_vector(
            matrix=matrix,
            indices_array=np.array(indices, dtype=bw_processing.INDICES_DTYPE),
            data_array=np.array([one["amount"] for one in of_matrix]),
            flip_array=np.array([one["type"] == "technosphere" for one in of_matrix]),
        )
    lca = bw2calc.LCA({bw2data.get_activity(product).id: amount}, data_objs=[package])
    lca.lci()
    emitted = lca.inventory.sum(axis=1)
    return {
        bw2data.get_activity(id=id)["name"]: float(emitted[row, 0])
        for id, row in lca.dicts.biosphere.items()
    }


def from_zip(file: Path, folder: Path) -> dict[str, object]:
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    importer = JSONLDImporter(str(folder), folder.name)
    importer.apply_strategies(no_warning=True)
    importer.merge_biosphere_flows()
    assert not list(importer.unlinked), list(importer.unlinked)[:3]
    importer.write_database()
    processes = [json.loads(one.read_text("utf-8")) for one in folder.glob("processes/*")]
    (last,) = [one for one in processes if one["category"] == "product"]
    made = next(one for one in last["exchanges"] if one["isQuantitativeReference"])
    units = [json.loads(one.read_text("utf-8")) for one in folder.glob("unit_groups/*")]
    factors = {one["@id"]: one["conversionFactor"] for group in units for one in group["units"]}
    amount = made["amount"] * factors[made["unit"]["@id"]]
    emitted = solve((folder.name, made["flow"]["@id"]), amount)
    impacts = [json.loads(one.read_text("utf-8")) for one in folder.glob("lcia_categories/*")]
    scores = {
        one["name"]: sum(f["value"] * emitted[f["flow"]["name"]] for f in one["impactFactors"])
        for one in impacts
    }
    return {"emitted": emitted, "scores": scores}


def from_excel(file: Path) -> dict[str, object]:
    importer = bw2io.ExcelImporter(str(file))
    importer.apply_strategies()
    importer.match_database(fields=("name", "unit", "location"))
    importer.match_database(fields=("name", "unit"), kind="biosphere")
    assert not list(importer.unlinked), list(importer.unlinked)[:3]
    importer.write_database()
    product = next(one for one in importer.data if one["code"] == "product")
    key = (product["database"], "product")
    return {"emitted": solve(key, float(product["production amount"]))}


def main() -> None:
    bw2data.projects.set_current("cfp")
    bw2data.config.p["biosphere_database"] = "nothing"
    found = {}
    for number, name in enumerate(sys.argv[2:]):
        file = Path(name)
        is_zip = file.suffix == ".zip"
        place = Path(sys.argv[1]) / f"model-{number}"
        found[name] = from_zip(file, place) if is_zip else from_excel(file)
    print("RESULT " + json.dumps(found))


main()
