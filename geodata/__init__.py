"""What the world is: places, networks, rights and sourced parameters."""

from geodata.errors import DataError
from geodata.network import ModeNetwork, Network, load_layer, load_place_nodes
from geodata.parameters import Parameters
from geodata.rows import Parameter, Place
from geodata.vocabulary import CargoUnit, Grade, Mode, Status
from geodata.world import World, load_world

__all__ = [
    "CargoUnit",
    "DataError",
    "Grade",
    "Mode",
    "ModeNetwork",
    "Network",
    "Parameter",
    "Parameters",
    "Place",
    "Status",
    "World",
    "load_layer",
    "load_place_nodes",
    "load_world",
]
