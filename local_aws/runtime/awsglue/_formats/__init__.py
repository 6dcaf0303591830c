"""Files in each format, read into frames and written from them."""
