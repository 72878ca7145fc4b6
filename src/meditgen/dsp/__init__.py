"""Small tools of signal that other rooms share: random numbers, slow curves, noise of a given colour, meters."""
