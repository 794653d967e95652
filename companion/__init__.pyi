from companion import callbacks as callbacks
from companion import chapter as chapter
from companion import data as data
from companion import doctor as doctor
from companion import latent as latent
from companion import layers as layers
from companion import losses as losses
from companion import metrics as metrics
from companion import models as models
from companion import networks as networks
from companion import pictures as pictures
from companion import pipeline as pipeline
from companion import plots as plots
from companion import regularizers as regularizers
from companion import schedules as schedules
from companion import widgets as widgets
from companion import zoo as zoo
from companion.chapter import chapter_seed as chapter_seed
from companion.chapter import glue as glue
from companion.chapter import show as show
from companion.chapter import table as table
from companion.models import VAE as VAE
from companion.models import Autoencoder as Autoencoder
from companion.widgets import FrameSlider as FrameSlider
from companion.widgets import LatentExplorer as LatentExplorer
from companion.widgets import LatentSliders as LatentSliders

__version__: str
