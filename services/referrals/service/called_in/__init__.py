"""Specialists called in and municipal services asked, without handing anybody over."""
