"""What can be done in the world: the corridor graph, its costing, and the best itineraries."""

from corridors.asking import Answer, Page, compare, route
from corridors.consignment import Consignment
from corridors.errors import CorridorsError, NoItineraryError, SnapError, UnknownPlaceError
from corridors.itinerary import Criteria, Itinerary, Leg, Operation
from corridors.planner import Comparison, Planner
from corridors.pricing import By
from corridors.request import Request
from geodata.errors import DataError

__all__ = [
    "Answer",
    "By",
    "Comparison",
    "Consignment",
    "CorridorsError",
    "Criteria",
    "DataError",
    "Itinerary",
    "Leg",
    "NoItineraryError",
    "Operation",
    "Page",
    "Planner",
    "Request",
    "SnapError",
    "UnknownPlaceError",
    "compare",
    "route",
]
