"""The demonstration bank: made up whole, so that everything can be tried at once. Nothing of the product needs it."""
