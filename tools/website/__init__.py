"""website: the course as static pages."""
