"""Pictures side by side, and as PNG."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from companion import pictures


@pytest.mark.parametrize("gap", [0, 2, 3])
def test_each_picture_stands_in_the_middle_of_a_cell_of_its_own(gap):
    images = np.random.default_rng(0).random((2, 3, 4, 5))
    sheet = pictures.side_by_side(images, gap)
    assert sheet.shape == (2 * (4 + gap), 3 * (5 + gap))
    for row in range(2):
        for column in range(3):
            top, left = gap // 2 + row * (4 + gap), gap // 2 + column * (5 + gap)
            np.testing.assert_array_equal(
                sheet[top : top + 4, left : left + 5], images[row, column]
            )
    assert sheet.sum() == pytest.approx(images.sum())  # and paper everywhere else


def test_a_png_holds_ink_as_black_and_enlarges_each_pixel_to_a_square():
    written = pictures.png(np.array([[0, 1], [0.5, 0]]), scale=3)
    grey = np.asarray(Image.open(io.BytesIO(written)))
    np.testing.assert_array_equal(grey, np.kron([[255, 0], [128, 255]], np.ones((3, 3))))


def test_an_address_holds_the_bytes_themselves():
    head, _, body = pictures.data_uri(b"a picture").partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(body) == b"a picture"
