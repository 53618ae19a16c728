"""A sweep's file with all its keys, commented: what `corridors sweep --example` prints."""

from typing import Final

EXAMPLE: Final = """\
# A sweep: every origin x destination x cargo x scenario x draw is a case.
# Lines behind "#" show what else there is. Files are looked for beside this one.

name = "Slag from the east coast"
solve = "corridors"                   # each named corridor in every case; or "optimum": the best
by = "generalised"                    # or cost, time, co2e; with "optimum" also a list of them
corridors = ["instc-east-sarakhs", "suez-st-petersburg"]   # all that are named, if not given
scenarios = ["open", "no-iran"]       # names, or .toml files of your own; "open" if not given
# years = [2026, 2035]                # each scenario in each of these; its own year if not given
# snap_km = 50                        # how far a point may be from a road; 25 if not given
# data = ["tables"]                   # folders of tables, as --data takes them
# with = ["lines.geojson"]            # lines of your own, as --with takes them
destinations = ["KZUKT"]              # ids, names or "lat,lon"; or a table as the next one

[origins]                             # one or more of places, file and grid
places = ["INVTZ", "19.35,85.0"]
# file = "plants.csv"                 # columns name, lat, lon; or Points in a .geojson
# name = "plant"                      # the file's column or property with the names
grid = { box = [82, 18, 84, 20], step_deg = 2 }   # west, south, east, north
# grid = { country = "IN", step_deg = 2 }         # or the points near the roads of a country

[[cargo]]                             # repeatable; titanium slag, 1500 t, if not given
commodity = "titanium_slag"
mass_t = [20, 1500]                   # a number or a list
unit = "container_20"                 # or bulk, truck

[draws]                               # the typical values, if not given
n = 100
seed = 1
"""
