"""What a home screen shows of us is drawn from the one SVG when the assets are made."""

import json

from PIL import Image

from collab.assets import DIST


def test_home_screen_icons_are_pictures_of_the_size_they_say():
    said = json.loads((DIST / "app.webmanifest").read_text())["icons"]
    drawn = [one for one in said if one["type"] == "image/png"]

    assert {(one["sizes"], one["purpose"]) for one in drawn} == {
        (size, purpose) for size in ("192x192", "512x512") for purpose in ("any", "maskable")
    }
    for one in drawn:
        with Image.open(DIST / one["src"]) as picture:
            assert "x".join(map(str, picture.size)) == one["sizes"]
            corner = picture.convert("RGBA").getpixel((0, 0))
            assert (corner[3] == 255) is (one["purpose"] == "maskable"), "a mask is filled to its edge"
