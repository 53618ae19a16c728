"""Checks of a network: pure functions that return what they found, never an exception.

`findings` says what a check and a finding are, `shapes` gives the drawn lines as arrays;
`lines` looks at lengths, turns and connectors, `patches` at the rows that mend them, `frontiers` at
countries, crossings and islands, `sea` at lanes and chokepoints, `gauges` at track gauges.
"""
