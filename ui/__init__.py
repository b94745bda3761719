"""What every page shares: the shell, its components, and the registries that apps feed it from."""
