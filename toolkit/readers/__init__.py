"""One reader a format family: a file in, its articles (or the reason why there are none) out."""
