"""`make bench`: what the product costs per request, as ratios against floors in the same run."""
