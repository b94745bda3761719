"""A definition under its designer's hands: the JSON is all there is; pages are drawn from it and changes are made to it."""
