"""Where things are: boundaries, place codes, routes and the shapes the browser draws."""
