"""Charts as Vega-Lite by altair: shapes without data, built beforehand into ``maps/assets/charts``.

The modules of this package describe one chart each, as pure functions of column names. Only
`maps.build_charts` runs them; the page and ``corridors chart`` read what it wrote. `kinds` names
the charts, `filling` puts words and colours into their places; neither needs altair.
"""
