import numpy as np

SWITCHES: tuple[str, ...]
RANGES: dict[str, tuple[float, float]]
MOUSTACHE: tuple[str, ...]

class FaceAttributes:
    moustache: np.ndarray
    glasses: np.ndarray
    smile: np.ndarray
    hair: np.ndarray
    face_width: np.ndarray
    face_height: np.ndarray
    skin_tone: np.ndarray
    eye_spacing: np.ndarray
    gaze: np.ndarray
    hair_tone: np.ndarray
    hair_volume: np.ndarray
    parting: np.ndarray
    mouth_width: np.ndarray
    moustache_width: np.ndarray
    moustache_height: np.ndarray
    moustache_curl: np.ndarray
    moustache_tone: np.ndarray
    shift_x: np.ndarray
    shift_y: np.ndarray
    def __init__(
        self,
        moustache: np.ndarray,
        glasses: np.ndarray,
        smile: np.ndarray,
        hair: np.ndarray,
        face_width: np.ndarray,
        face_height: np.ndarray,
        skin_tone: np.ndarray,
        eye_spacing: np.ndarray,
        gaze: np.ndarray,
        hair_tone: np.ndarray,
        hair_volume: np.ndarray,
        parting: np.ndarray,
        mouth_width: np.ndarray,
        moustache_width: np.ndarray,
        moustache_height: np.ndarray,
        moustache_curl: np.ndarray,
        moustache_tone: np.ndarray,
        shift_x: np.ndarray,
        shift_y: np.ndarray,
    ) -> None: ...
    def __len__(self) -> int: ...
    def __getitem__(self, index: slice | np.ndarray) -> FaceAttributes: ...

def sample_attributes(n: int, seed: int) -> FaceAttributes: ...
def draw(attributes: FaceAttributes) -> np.ndarray: ...
