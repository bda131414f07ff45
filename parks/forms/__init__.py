from .blocks import FORMS, BlockForm
from .rows import FigureRows, InstitutionRows

__all__ = ["FORMS", "BlockForm", "FigureRows", "InstitutionRows"]
