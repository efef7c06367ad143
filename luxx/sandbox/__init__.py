"""The walls: which addresses and which files the outside world may make the server touch."""
