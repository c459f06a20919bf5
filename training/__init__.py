"""How the quote model is made from PolNeAR, and how good it is."""
