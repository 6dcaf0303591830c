"""Small inputs for the demo, and the generators that make any size of them."""
