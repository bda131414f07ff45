"""Two small pictures to bake into."""

from io import BytesIO

from PIL import Image

_pixels = BytesIO()
Image.new("RGB", (8, 8), "#1d3557").save(_pixels, "PNG")
PNG = _pixels.getvalue()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="#1d3557"/></svg>'
