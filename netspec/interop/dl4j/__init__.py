"""Deeplearning4j: its model files and configurations, of 0.5.0 to 1.0.0-M2.1.

from netspec.interop import dl4j

model = dl4j.load("model.zip")
print(model.report.text())
"""

from netspec.interop.dl4j.arrays import features, labels, masks, output
from netspec.interop.dl4j.bridge import Imported, flat_gradient, flat_parameters, is_trained, load, updater_state
from netspec.interop.dl4j.importing import import_file
from netspec.interop.dl4j.saving import save

__all__ = [
    "Imported",
    "features",
    "flat_gradient",
    "flat_parameters",
    "import_file",
    "is_trained",
    "labels",
    "load",
    "masks",
    "output",
    "save",
    "updater_state",
]
