"""How one cartoon face is drawn: a pen, then the head, feature by feature.

All lengths are pixels of the finished picture, measured from the middle of the
face, x to the right and y down. Later features are drawn over earlier ones.
"""

from types import SimpleNamespace

import numpy as np

SIZE = 28  # pixels a side
OVERSAMPLING = 8  # drawn that much larger, then averaged down: smooth edges
INK = 1.0


def draw_face(**attributes):
    """Draw one face.

    Args:
        **attributes: one value for each field of `FaceAttributes`.

    Returns:
        uint8 array of shape `(28, 28)`: 0 is the background, 255 is ink.
    """
    face = SimpleNamespace(**attributes)
    pen = _Pen(SIZE / 2 + face.shift_x, SIZE / 2 + 0.4 + face.shift_y)  # room for the hair
    for feature in (_head, _hair, _eyes, _glasses, _mouth, _moustache, _nose):
        feature(pen, face)
    return pen.picture()


def _head(pen, face):
    outline = face.skin_tone + 0.3
    for side in (-1, 1):
        pen.oval(side * face.face_width, 0.5, 1.9, 2.4, outline)
        pen.oval(side * face.face_width, 0.5, 1.1, 1.6, face.skin_tone)
    pen.oval(0, 0, face.face_width, face.face_height, outline)
    pen.oval(0, 0, face.face_width - 0.7, face.face_height - 0.7, face.skin_tone)


def _hair(pen, face):
    """A cap of hair above a parting; a bald head shines instead."""
    w, h = face.face_width, face.face_height
    if not face.hair:
        shine = _curve((-0.48 * w, -0.57 * h), (-0.33 * w, -0.75 * h), (-0.06 * w, -0.8 * h))
        pen.stroke(shine, 1.0, 0.35 * face.skin_tone)
        return
    w, h = w + 0.5, h + face.hair_volume
    angles = np.linspace(np.radians(190), np.radians(350), 24)
    skull = list(zip(w * np.cos(angles), h * np.sin(angles), strict=True))
    right, left = skull[-1], skull[0]
    part = (0.6 * face.parting * w, -0.62 * h)
    fringe = _curve(right, (right[0] * 0.75, -0.42 * h), part)
    fringe += _curve(part, (left[0] * 0.75, -0.42 * h), left)
    pen.shape(skull + fringe, face.hair_tone)


def _eyes(pen, face):
    for side in (-1, 1):
        x = side * face.eye_spacing
        pen.oval(x, -2.4, 1.9, 2.0, 0.0)
        pen.oval(x + 0.8 * face.gaze, -2.1, 1.05, 1.25, INK)
        pen.stroke(_curve((x - 1.8, -5.4), (x, -6.3), (x + 1.8, -5.4)), 0.9, 0.8)


def _glasses(pen, face):
    if not face.glasses:
        return
    for side in (-1, 1):
        x = side * face.eye_spacing
        pen.ring(x, -2.3, 2.9, 0.9, INK)
        pen.stroke([(x + side * 2.9, -2.5), (side * face.face_width, -1.4)], 0.8, INK)
    pen.stroke([(2.8 - face.eye_spacing, -2.6), (face.eye_spacing - 2.8, -2.6)], 0.8, INK)


def _mouth(pen, face):
    """An open smile between two round cheeks, or corners that hang."""
    w = face.mouth_width
    if not face.smile:
        pen.stroke(_curve((-w, 8.9), (0, 5.1), (w, 8.9)), 1.0, INK)
        return
    for side in (-1, 1):
        pen.oval(side * (w + 2.0), 4.2, 1.4, 1.2, face.skin_tone + 0.14)
    left, right = (-w - 0.5, 5.0), (w + 0.5, 5.0)
    pen.shape(_curve(left, (0, 6.4), right) + _curve(right, (0, 12.8), left), INK)
    left, right = (1.0 - w, 6.3), (w - 1.0, 6.3)  # the teeth
    pen.shape(_curve(left, (0, 6.6), right) + _curve(right, (0, 8.8), left), 0.0)


def _moustache(pen, face):
    """Two wings that meet under the nose; their tips hang or curl up."""
    if not face.moustache:
        return
    width, height = face.moustache_width, face.moustache_height
    for side in (-1, 1):
        tip = (side * width, 3.9 - 1.9 * face.moustache_curl)
        top = _curve((0, 2.2), (side * width * 0.55, 3.4 - 1.4 * height), tip)
        under = _curve(tip, (side * width * 0.6, 3.7 + 1.9 * height), (0, 2.8 + 0.8 * height))
        pen.shape(top + under, face.moustache_tone)


def _nose(pen, face):
    pen.oval(0, 1.1, 1.4, 1.3, face.skin_tone + 0.3)
    pen.oval(-0.2, 0.8, 0.8, 0.7, face.skin_tone * 0.8)


def _curve(start, bend, end, steps=12):
    """The quadratic Bézier curve from `start` to `end`, pulled towards `bend`."""
    t = np.linspace(0, 1, steps)[:, None]
    weights = np.hstack([(1 - t) ** 2, 2 * t * (1 - t), t**2])  # (steps, 3)
    return (weights @ np.array([start, bend, end])).tolist()


class _Pen:
    """Draws ovals, shapes and strokes around the point (`x`, `y`)."""

    def __init__(self, x, y):
        from PIL import Image, ImageDraw

        self.x, self.y = x, y
        self.image = Image.new("L", (SIZE * OVERSAMPLING, SIZE * OVERSAMPLING))
        self.canvas = ImageDraw.Draw(self.image)

    def oval(self, x, y, width, height, tone):
        corners = [(x - width, y - height), (x + width, y + height)]
        self.canvas.ellipse(self._place(corners), fill=round(255 * tone))

    def ring(self, x, y, radius, thickness, tone):
        outer = radius + thickness / 2
        corners = self._place([(x - outer, y - outer), (x + outer, y + outer)])
        width = round(thickness * OVERSAMPLING)
        self.canvas.ellipse(corners, outline=round(255 * tone), width=width)

    def shape(self, points, tone):
        self.canvas.polygon(self._place(points), fill=round(255 * tone))

    def stroke(self, points, thickness, tone):
        width = round(thickness * OVERSAMPLING)
        self.canvas.line(self._place(points), round(255 * tone), width, joint="curve")
        for x, y in (points[0], points[-1]):  # round ends
            self.oval(x, y, thickness / 2, thickness / 2, tone)

    def picture(self):
        """Average the drawing down to uint8 `(28, 28)`."""
        return np.asarray(self.image.reduce(OVERSAMPLING))

    def _place(self, points):
        return [((self.x + x) * OVERSAMPLING, (self.y + y) * OVERSAMPLING) for x, y in points]
