"""What is measured, of errors and of what a decoder draws.

- `anomaly`: how strange a picture is, and from where on that is an alarm (chapter 14).
- `classifier`: features of pictures, by which drawn and real ones are compared (chapter 6).
- `codes`: how many numbers of a code say something, how much, of what, and whether neighbours
  are alike (chapter 12); how many codes of a list are in use (chapter 17).
- `completeness`: how much of the real pictures is drawn: coverage, Fréchet distance (chapter 6).
- `continuity`: what a small step of the code costs, how even a walk is (chapter 6).
- `levels`: what a loss is to be compared with, a baseline above and a floor below (chapter 1).
- `likelihood`: log p(x) under a variational autoencoder, on a grid or by draws (chapter 16).
- `psnr`: how near a picture comes to the clean one, in decibels (chapter 4).
- `sparsity`: how many units of a code are on, and how many never are (chapter 3).
- `strokes`: the slant, the ink and the width of handwriting (chapter 13).
"""

from companion.metrics.anomaly import AnomalyDetector, anomaly_scores
from companion.metrics.classifier import features, train_classifier
from companion.metrics.codes import (
    active_units,
    code_information,
    knn_accuracy,
    mutual_information_gap,
    perplexity,
)
from companion.metrics.completeness import coverage, frechet_distance
from companion.metrics.continuity import code_noise_cost, jump_ratio
from companion.metrics.levels import baseline, floor
from companion.metrics.likelihood import LogJoint, grid_log_joint, log_likelihood, log_weights
from companion.metrics.psnr import psnr
from companion.metrics.sparsity import active_share, dead_share
from companion.metrics.strokes import Strokes, strokes

__all__ = [
    "AnomalyDetector",
    "LogJoint",
    "Strokes",
    "active_share",
    "active_units",
    "anomaly_scores",
    "baseline",
    "code_information",
    "code_noise_cost",
    "coverage",
    "dead_share",
    "features",
    "floor",
    "frechet_distance",
    "grid_log_joint",
    "jump_ratio",
    "knn_accuracy",
    "log_likelihood",
    "log_weights",
    "mutual_information_gap",
    "perplexity",
    "psnr",
    "strokes",
    "train_classifier",
]
