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


def test_a_scale_may_be_a_number_of_numpy():
    page = np.eye(28)
    assert pictures.png(page, np.uint8(20)) == pictures.png(page, 20)  # 560 is beyond its type


def test_ink_beyond_its_range_is_clipped_and_does_not_wrap_round():
    written = pictures.png(np.array([[-0.5, 1.5, 1e9], [0, 1, 0.2]]))
    grey = np.asarray(Image.open(io.BytesIO(written)))
    np.testing.assert_array_equal(grey, [[255, 0, 0], [255, 0, 204]])


@pytest.mark.parametrize(
    ("pixels", "scale", "complaint"),
    [
        (np.full((2, 3), np.nan), 1, "`pixels` must be finite"),
        (np.zeros((2, 3, 1)), 1, r"`pixels` must have shape \(any, any\)"),
        (np.zeros((2, 3)), 0, "`scale` must be a positive integer"),
        (np.zeros((2, 3)), 1.5, "`scale` must be a positive integer"),
    ],
)
def test_what_is_no_picture_is_refused(pixels, scale, complaint):
    with pytest.raises(ValueError, match=complaint):
        pictures.png(pixels, scale)


PAGE = np.zeros((1, 1, 2, 3))


@pytest.mark.parametrize("activation", ["no such", "relu", True])
def test_an_unknown_activation_is_refused_and_not_taken_for_none(activation):
    with pytest.raises(ValueError, match="`activation` must be 'sigmoid' or None"):
        pictures.decode_pixels(lambda z, training: z[..., None], np.zeros((1, 2)), activation)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: pictures.decode_pixels("net", np.zeros((1, 2)), None), "`decoder` must be a"),
        (lambda: pictures.decode_pixels(abs, np.full((1, 2), np.nan), None), "`z` must be finite"),
        (lambda: pictures.decode_pixels(abs, "text", None), "`z` must hold numbers"),
        (lambda: pictures.decode_pixels(abs, [[1.0]], np.ones(2)), "`activation` must be"),
        (lambda: pictures.with_paper(np.zeros((2, 3)), (1, 1), (1, 1)), "`pixels` must have shape"),
        (lambda: pictures.with_paper(PAGE, 1, (1, 1)), "`above_below` must be two integers"),
        (lambda: pictures.with_paper(PAGE, (1, 1), (1, -1)), r"Received: left_right=\(1, -1\)"),
        (lambda: pictures.with_paper(PAGE, (1, 1), (1.5, 1)), "`left_right` must be two"),
        (
            lambda: pictures.data_uri("text"),
            "`png_bytes` must be bytes. Received: png_bytes='text'",
        ),
    ],
)
def test_what_a_helper_cannot_take_is_named(call, complaint):
    with pytest.raises((TypeError, ValueError), match=complaint):
        call()


def test_pixels_of_a_decoder_are_clipped():
    drawn = pictures.decode_pixels(lambda z, training: z[..., None], np.array([[-2.0, 3.0]]), None)
    assert drawn.tolist() == [[[0.0], [1.0]]]


def test_a_picture_keeps_its_height_and_width():
    with Image.open(io.BytesIO(pictures.png(np.zeros((2, 3)), scale=5))) as picture:
        assert picture.size == (15, 10)  # width, height


def test_an_address_holds_the_bytes_themselves():
    head, _, body = pictures.data_uri(b"a picture").partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(body) == b"a picture"
