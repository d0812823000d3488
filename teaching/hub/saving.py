"""saving: cnnlib's own keep_stored, without the rest of cnnlib and NumPy: 15 MB less a server."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "cnnlib" / "course" / "saving.py"

spec = spec_from_file_location("saving", SOURCE)
module = module_from_spec(spec)
spec.loader.exec_module(module)
keep_stored = module.keep_stored
